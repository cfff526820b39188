// Shows the tags of a field as chips and completes names while they are typed.
//
// The field itself stays in the form, out of sight, and holds the names between commas: it is what
// is sent and kept, and what people without JavaScript type in. The text that is being typed is part
// of it, so that nothing is lost that was not followed by a comma.
"use strict";

(() => {
  const PIECE = /\s*"([^"]*)"\s*(?=[,;]|$)|([^,;]*)/y; // as parse() in core/taxonomy/tag_names.py

  /** The names in a text. */
  function parse(text) {
    const found = [];
    for (let at = 0; at <= text.length; at = PIECE.lastIndex + 1) {
      PIECE.lastIndex = at;
      const [, quoted, plain] = PIECE.exec(text);
      found.push((quoted ?? plain).trim().replace(/\s+/g, " "));
    }
    return found.filter(Boolean);
  }

  const typed = (name) => (/[,;]/.test(name) ? `"${name}"` : name);
  const keyOf = (name) => name.normalize("NFKC").toLowerCase().replace(/[\s_\-‐-―]+/g, " ");

  function element(tag, attributes, ...content) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...content);
    return made;
  }

  function chips(field) {
    const id = field.id;
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
    const name = label?.textContent.replace(":", "").trim() || "Tags";
    const list = element("ul", { class: "cw-chips", "aria-label": `${name} selected` });
    const options = element("ul", { class: "cw-tag-options", role: "listbox", id: `${id}_options`, "aria-label": "Existing tags", hidden: "" });
    const status = element("span", { class: "visually-hidden", role: "status" });
    const entry = element("input", {
      type: "text", id: `${id}_entry`, class: "cw-tag-entry", autocomplete: "off", role: "combobox",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": options.id,
    });
    const help = field.getAttribute("aria-describedby");
    if (help) entry.setAttribute("aria-describedby", help);
    if (field.getAttribute("aria-invalid")) entry.setAttribute("aria-invalid", field.getAttribute("aria-invalid"));
    const box = element("div", { class: "cw-tags" }, list, entry, options, status);
    let names = parse(field.value);
    let active = -1;
    let asked = 0;

    if (label) label.htmlFor = entry.id;
    field.hidden = true;
    field.after(box);

    // --- what is chosen -----------------------------------------------------------------------

    function chip(name) {
      const remove = element("button", { type: "button", "aria-label": `Remove ${name}` }, "×");
      const made = element("li", {}, element("span", {}, name), remove);
      remove.addEventListener("click", () => {
        const place = [...list.children].indexOf(made);
        take(place);
        status.textContent = `${name} removed.`;
        (list.querySelectorAll("button")[Math.min(place, names.length - 1)] ?? entry).focus();
      });
      return made;
    }

    function draw() {
      list.replaceChildren(...names.map(chip));
      list.hidden = !names.length;
    }

    function write() {
      field.value = [...names.map(typed), ...parse(entry.value).map(typed)].join(", ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function add(more) {
      const said = [];
      for (const each of more) {
        if (names.some((one) => keyOf(one) === keyOf(each))) said.push(`${each} has already been added.`);
        else {
          names.push(each);
          list.append(chip(each)); // the others stay, one of them may just get the focus
          said.push(`${each} added.`);
        }
      }
      list.hidden = !names.length;
      status.textContent = said.join(" ");
    }

    function take(place) {
      const [taken] = names.splice(place, 1);
      list.children[place].remove();
      list.hidden = !names.length;
      write();
      return taken;
    }

    /** Let what is typed be tags. */
    function commit() {
      add(parse(entry.value));
      entry.value = "";
      close();
      write();
    }

    // --- what there is ------------------------------------------------------------------------

    function close() {
      asked += 1;
      active = -1;
      options.hidden = true;
      options.replaceChildren();
      entry.setAttribute("aria-expanded", "false");
      entry.removeAttribute("aria-activedescendant");
    }

    function choose(option) {
      add([option.dataset.name]);
      entry.value = "";
      close();
      write();
    }

    function mark(place) {
      const all = [...options.children];
      active = (place + all.length) % all.length;
      all.forEach((option, number) => option.setAttribute("aria-selected", String(number === active)));
      entry.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }

    async function complete() {
      const words = entry.value.trim();
      const turn = (asked += 1);
      if (!words) return close();
      const query = new URLSearchParams({ q: words });
      const answer = await fetch(`${field.dataset.tagsAt}?${query}`, { redirect: "error" }).catch(() => null);
      if (turn !== asked) return undefined; // more was typed meanwhile
      const tags = answer?.ok ? (await answer.json()).tags : [];
      const free = tags.filter((tag) => !names.some((each) => keyOf(each) === keyOf(tag.name)));
      if (turn !== asked || !free.length) return close();
      options.replaceChildren(...free.map((tag, number) => {
        const uses = element("span", { class: "cw-tag-uses" }, tag.uses === 1 ? "1 use" : `${tag.uses} uses`);
        const option = element("li", { role: "option", id: `${id}_option_${number}`, "aria-selected": "false" }, tag.name, " ", uses);
        option.dataset.name = tag.name;
        option.addEventListener("mousedown", (event) => {
          event.preventDefault(); // the field keeps the focus
          choose(option);
        });
        return option;
      }));
      options.hidden = false;
      active = -1;
      entry.setAttribute("aria-expanded", "true");
      entry.removeAttribute("aria-activedescendant");
      status.textContent = free.length === 1 ? "1 tag matches." : `${free.length} tags match.`;
      return undefined;
    }

    // --- keys ---------------------------------------------------------------------------------

    const isOpenQuote = () => /^\s*"[^"]*$/.test(entry.value);

    entry.addEventListener("input", () => {
      if (/[,;]/.test(entry.value) && !isOpenQuote()) {
        commit();
        return;
      }
      write();
      complete();
    });
    entry.addEventListener("keydown", (event) => {
      const isOpen = !options.hidden;
      if (event.isComposing) return;
      if (event.key === "Enter" && (entry.value.trim() || active >= 0)) {
        event.preventDefault(); // else it would send the form
        if (active >= 0) choose(options.children[active]);
        else commit();
      } else if (isOpen && event.key === "ArrowDown") {
        event.preventDefault();
        mark(active + 1);
      } else if (isOpen && event.key === "ArrowUp") {
        event.preventDefault();
        mark(active < 0 ? -1 : active - 1);
      } else if (isOpen && event.key === "Escape") {
        event.preventDefault();
        close();
      } else if (event.key === "Backspace" && !entry.value && names.length) {
        event.preventDefault(); // the last tag can be corrected
        entry.value = take(names.length - 1);
        write();
        status.textContent = `Editing ${entry.value}.`;
      }
    });
    entry.addEventListener("blur", () => {
      if (entry.value.trim()) commit();
      else close();
    });
    // Something else put words into the field, as the copy that is kept of a form.
    field.addEventListener("change", () => {
      names = parse(field.value);
      entry.value = "";
      close();
      draw();
    });
    draw();
  }

  const start = () => {
    for (const field of document.querySelectorAll("input[data-tags-at]:not([type=hidden])")) chips(field);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
