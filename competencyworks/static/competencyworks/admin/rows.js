/*
 * Rows of a form that have an order: added, and moved by buttons, keys and dragging. A heading
 * (in a digest) takes its links along. Without this script the rows have numbers and empty ones
 * wait.
 *
 * The group says how its rows are called (data-noun), at most how many there are (data-max), which
 * field names one (data-name), and which fields of a new row must not all be empty (data-words).
 *
 * The order on the screen is the truth; before the form is sent it becomes numbers. The row that
 * is moved never leaves the document (its neighbours go round it), so it keeps focus and pointer.
 */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const STEP = 10;
  const EDGE = 60; // pixels from the window's edge at which dragging scrolls
  const SPEED = 14; // pixels a frame

  const group = document.querySelector(".cw-rows");
  const list = group?.querySelector(".cw-rows-list");
  const template = list?.querySelector("template");
  if (!template) return; // the form is only to be read

  const prefix = group.dataset.prefix;
  const total = group.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const told = group.querySelector(".cw-rows-told");
  const tell = (words) => { told.textContent = words; };

  const rows = () => [...list.querySelectorAll(":scope > .cw-row")];
  const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const isHeading = (row) => row.dataset.kind === "section";
  const words = group.dataset.words.split(" ");

  function nameOf(row) {
    const field = part(row, group.dataset.name);
    const name = field.selectedOptions ? field.selectedOptions[0]?.text : field.value;
    return `“${name?.trim() || "Untitled"}”`;
  }

  /* What moves with `row`: a heading with its links, a link alone. */
  function block(row) {
    const all = rows();
    const start = all.indexOf(row);
    let end = start + 1;
    if (isHeading(row)) while (end < all.length && !isHeading(all[end])) end += 1;
    return all.slice(start, end);
  }

  /* All rows but those of `moving`, in the pieces between which `moving` may go. */
  function pieces(moving) {
    const rest = rows().filter((row) => !moving.includes(row));
    if (!isHeading(moving[0])) return rest.map((row) => [row]);
    const found = [];
    for (const row of rest) {
      if (isHeading(row) || !found.length) found.push([]);
      found.at(-1).push(row);
    }
    return found;
  }

  /* How many of `parts` stand before `moving`. */
  function placeOf(moving, parts) {
    const all = rows();
    return parts.filter(([first]) => all.indexOf(first) < all.indexOf(moving[0])).length;
  }

  /* Show `order`, without taking `pivot` out of the document. */
  function show(order, pivot) {
    const at = order.indexOf(pivot);
    for (const row of order.slice(0, at)) list.insertBefore(row, pivot);
    let last = pivot;
    for (const row of order.slice(at + 1)) {
      last.after(row);
      last = row;
    }
    number();
  }

  /* Put `moving` behind `place` of the `parts`. */
  function put(moving, parts, place) {
    show([...parts.slice(0, place), moving, ...parts.slice(place)].flat(), moving[0]);
  }

  function number() {
    rows().forEach((row, index) => { part(row, "position").value = (index + 1) * STEP; });
  }

  function tellPlace(row) {
    const all = rows();
    const index = all.indexOf(row);
    if (isHeading(row)) {
      const headings = all.filter(isHeading);
      const links = block(row).length - 1;
      tell(`Section ${nameOf(row)}, with ${links} ${links === 1 ? "link" : "links"}, `
        + `is now section ${headings.indexOf(row) + 1} of ${headings.length}.`);
    } else {
      const heading = all.slice(0, index).findLast(isHeading);
      tell(`${nameOf(row)} is now row ${index + 1} of ${all.length}`
        + (!part(row, "kind") ? "." : heading ? `, in section ${nameOf(heading)}.` : ", before the first section."));
    }
  }

  function move(row, by) {
    const moving = block(row);
    const parts = pieces(moving);
    const place = placeOf(moving, parts) + by;
    if (place < 0 || place > parts.length) {
      tell(`${nameOf(row)} is already ${by < 0 ? "first" : "last"}.`);
      return;
    }
    put(moving, parts, place);
    tellPlace(row);
    row.scrollIntoView({ block: "nearest" });
  }

  /* A new row behind `before`, or at the end. */
  function add(kind, before) {
    if (rows().length >= Number(group.dataset.max)) {
      tell(`You can have up to ${group.dataset.max} rows.`);
      return;
    }
    const row = template.content.querySelector(".cw-row").cloneNode(true);
    const index = total.value;
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of element.attributes) {
        attribute.value = attribute.value.replaceAll("__prefix__", index);
      }
    }
    total.value = Number(index) + 1;
    if (part(row, "kind")) {
      row.dataset.kind = kind;
      part(row, "kind").value = kind;
    }
    reveal(row);
    dress(row);
    if (before) before.after(row); else list.append(row);
    number();
    // Django's fields that complete what is typed wake up by this.
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }));
    focusable(part(row, group.dataset.name)).focus();
    tell(kind === "section" ? "A section was added." : `A ${group.dataset.noun} was added.`);
  }

  /* What takes the focus of a field: one that completes is dressed in another element. */
  const focusable = (field) => field.parentElement.querySelector(".select2-selection") ?? field;

  function reveal(where) {
    for (const element of where.querySelectorAll(".cw-with-script")) element.hidden = false;
    for (const element of where.querySelectorAll(".cw-without-script")) element.hidden = true;
  }

  /* A heading has neither address nor source; what stands there by mistake stays in sight. */
  function dress(row) {
    for (const name of ["url", "source"]) {
      if (!part(row, name)) continue;
      const field = part(row, name).closest(".cw-row-field");
      field.hidden = isHeading(row) && !part(row, name).value;
    }
  }

  group.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-move], button[data-add]");
    if (!button) return;
    const row = button.closest(".cw-row");
    if (button.dataset.move) move(row, Number(button.dataset.move));
    else add(button.dataset.add, row && block(row).at(-1));
  });

  group.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest(".cw-row");
    if (!by || !row || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(row, by);
  });

  /* Dragging: the rows make way while the pointer passes their middles; Escape takes it back. */
  group.addEventListener("pointerdown", (start) => {
    const row = start.target.closest(".cw-row-handle")?.closest(".cw-row");
    if (!row || start.button !== 0) return;
    start.preventDefault();
    const before = rows();
    const moving = block(row);
    let y = start.clientY;
    let frame = 0;
    list.classList.add("cw-rows-dragging");
    for (const each of moving) each.classList.add("cw-row-moving");

    const follow = () => {
      const parts = pieces(moving);
      const passed = parts.filter((some) => {
        const top = some[0].getBoundingClientRect().top;
        return (top + some.at(-1).getBoundingClientRect().bottom) / 2 < y;
      }).length;
      if (passed !== placeOf(moving, parts)) put(moving, parts, passed);
    };
    const scroll = () => {
      const by = y < EDGE ? -SPEED : y > window.innerHeight - EDGE ? SPEED : 0;
      if (by) {
        scroller().scrollBy(0, by);
        follow();
      }
      frame = requestAnimationFrame(scroll);
    };
    const drag = (event) => { y = event.clientY; follow(); };
    const end = () => {
      cancelAnimationFrame(frame);
      list.classList.remove("cw-rows-dragging");
      for (const each of moving) each.classList.remove("cw-row-moving");
      for (const [name, listener] of listeners) document.removeEventListener(name, listener, true);
    };
    const drop = () => {
      end();
      if (rows().some((each, index) => each !== before[index])) tellPlace(row);
    };
    const giveUp = (event) => {
      if (event.type === "keydown" && event.key !== "Escape") return;
      end();
      show(before, row);
      tell(`${nameOf(row)} was not moved.`);
    };
    const listeners = [
      ["pointermove", drag], ["pointerup", drop], ["pointercancel", giveUp], ["keydown", giveUp],
    ];
    for (const [name, listener] of listeners) document.addEventListener(name, listener, true);
    frame = requestAnimationFrame(scroll);
  });

  /* Put the rows where their numbers say. */
  function sort() {
    const places = new Map(rows().map((row) => [row, part(row, "position").value]));
    const place = (row) => (places.get(row) === "" ? Infinity : Number(places.get(row)));
    const order = rows().sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
    for (const row of order) list.append(row);
    number();
  }

  /* What scrolls the form: in Django's admin a box within the page. */
  function scroller() {
    for (let box = list.parentElement; box; box = box.parentElement) {
      const overflow = getComputedStyle(box).overflowY;
      if (box.scrollHeight > box.clientHeight && ["auto", "scroll"].includes(overflow)) return box;
    }
    return document.scrollingElement;
  }

  /* Empty rows go; those that a refused form brings back stand again where they stood. */
  for (const row of rows()) {
    const said = words.map((name) => part(row, name).value.trim());
    if (!part(row, "id").value && !said.some(Boolean)) row.remove();
  }
  sort();
  reveal(group);
  rows().forEach(dress);
  // See form_fields.js: values came back into the rows, places and kinds among them.
  group.closest("form").addEventListener("form:putback", () => {
    for (const row of rows()) if (part(row, "kind")) row.dataset.kind = part(row, "kind").value;
    sort();
    rows().forEach(dress);
  });
  group.classList.add("cw-rows-live");
});
