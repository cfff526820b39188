// A copy of each form that is sent, in the storage of this tab, until the server has saved it.
//
// The page that follows a save says so in its address (#saved=…, see core/kept_words.py). A page
// that answers with the form itself says so on this script (data-answers). After anything else, as
// a session that had ended or a lost connection, the same form offers the copy when it opens again.
"use strict";

(() => {
  const { user, answers, zone } = document.currentScript.dataset;
  const START = "cw-kept ";
  // Fields that say what was stored when the form opened: of the item, and of each list of rows.
  const isVersion = ({ name }) => name === "based_on" || /(^|-)opened_from$/.test(name);
  const channel = new BroadcastChannel("cw-kept");

  // --- the storage --------------------------------------------------------------------------

  const all = () =>
    Object.keys(sessionStorage)
      .filter((key) => key.startsWith(START))
      .map((key) => JSON.parse(sessionStorage.getItem(key)))
      .sort((a, b) => b.at - a.at);

  const forget = (id) => {
    sessionStorage.removeItem(START + id);
    document.querySelector(`[data-kept="${CSS.escape(id)}"]`)?.remove();
  };

  /** A tab that was duplicated has the copies of the first one: both forget them together. */
  const drop = (id) => {
    forget(id);
    channel.postMessage({ id });
  };

  const dropAll = () => {
    for (const { id } of all()) drop(id);
  };

  channel.addEventListener("message", ({ data }) => {
    if (data.id) forget(data.id);
    if (data.signedOut === user) for (const { id } of all()) forget(id);
  });

  /** Store `entry`; where there is no room, older copies give way. */
  function store(entry) {
    for (;;) {
      try {
        sessionStorage.setItem(START + entry.id, JSON.stringify(entry));
        return true;
      } catch {
        const oldest = all().at(-1);
        if (!oldest) return false;
        forget(oldest.id);
      }
    }
  }

  /** Which form of which page; how the list was filtered on the way there makes no other form. */
  function keyOf(form, index) {
    const query = new URLSearchParams(location.search);
    for (const name of ["_changelist_filters", "_popup", "_to_field"]) query.delete(name);
    return `${location.pathname}?${query} ${form.getAttribute("id") ?? index}`;
  }

  /** 'at 3:05 p.m.' in the zone of the site, as its pages say it; with the day if that is another one. */
  function said(moment) {
    const format = (at, options) => new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).format(at);
    const [clock, half] = format(moment, { hour: "numeric", minute: "2-digit" }).split(/\s/);
    const time = `${clock} ${half === "AM" ? "a.m." : "p.m."}`;
    const day = { year: "numeric", month: "long", day: "numeric" };
    if (format(moment, day) === format(Date.now(), day)) return `at ${time}`;
    return `on ${format(moment, day)}, ${time}`;
  }

  // --- keeping ------------------------------------------------------------------------------

  const current = new WeakMap(); // the id of the copy that a form's words are in

  function mark(form, id) {
    const field = form.querySelector("input[name=kept_as]") ?? form.appendChild(document.createElement("input"));
    field.type = "hidden";
    field.name = "kept_as";
    field.value = id;
  }

  /** Called when the form is about to be sent. Returns whether there was room. */
  function keep(form, index) {
    if (current.has(form)) drop(current.get(form));
    const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
    current.set(form, id);
    mark(form, id);
    return store({
      id, user, form: keyOf(form, index), at: Date.now(), fields: cwForms.read(form), files: cwForms.files(form),
    });
  }

  // --- offering -----------------------------------------------------------------------------

  function element(tag, properties, ...content) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...content);
    return made;
  }

  /** A line above the form, which is read out when it appears. */
  function notice(form, ...content) {
    const box = element("section", { className: "cw-kept", role: "alert", tabIndex: -1 }, ...content);
    form.before(box);
    return box;
  }

  function offer(form, entry) {
    const box = notice(
      form,
      element("p", {}, `We kept what you typed ${said(entry.at)}, which was not saved.`),
      element(
        "p", {},
        element("button", { type: "button", className: "button", onclick: putBack }, "Put it back"), " ",
        element("button", { type: "button", className: "button", onclick: () => drop(entry.id) }, "Discard"),
      ),
    );
    box.dataset.kept = entry.id;

    function putBack() {
      const sure = "The form has unsaved changes. Replace them with what we kept?";
      if (cwUnsaved.has(form) && !window.confirm(sure)) return;
      const isOvertaken = entry.fields.filter(isVersion).some(
        ({ name, value }) => value !== form.elements.namedItem(name)?.value,
      );
      cwForms.putBack(form, entry.fields);
      current.set(form, entry.id);
      cwUnsaved.mark(form);
      const words = [`This is what you typed ${said(entry.at)}, not saved yet.`];
      if (isOvertaken) words.push("Somebody has saved changes since then. When you save, the changes will be merged.");
      if (entry.files.length) words.push(`Choose again: ${entry.files.join(", ")}.`);
      box.replaceChildren(element("p", {}, words.join(" ")));
      box.focus();
    }
  }

  /** The copies of this form that nobody has decided on. */
  async function offerAll(form, key) {
    await cwForms.ready(form);
    for (const entry of all().filter((one) => one.form === key)) {
      if (cwForms.shows(form, entry.fields)) drop(entry.id);
      else offer(form, entry);
    }
  }

  // --- a page opens -------------------------------------------------------------------------

  const saved = location.hash.match(/^#saved=([\w-]+)$/)?.[1];
  if (saved) {
    drop(saved);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  for (const entry of all()) if (entry.user !== user) drop(entry.id);

  const forms = cwForms.withWords();
  const answered = all().find(({ id }) => id === answers);
  forms.forEach((form, index) => {
    const key = keyOf(form, index);
    if (answered?.form === key && cwForms.holds(form, answered.fields)) {
      drop(answered.id); // its words stand in the form again
      cwUnsaved.mark(form);
    } else if (answers && !answered) cwUnsaved.mark(form); // such a page was loaded again
    offerAll(form, key);
  });

  // --- a form is sent -----------------------------------------------------------------------

  let reached = false; // though the browser says that there is no connection

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const action = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
    if (event.defaultPrevented || cwUnsaved.opensTab(event)) return;
    if (new URL(action, location.href).pathname.endsWith("/logout/")) {
      dropAll();
      channel.postMessage({ signedOut: user });
      return;
    }
    if (!cwForms.isPosted(form)) return;
    if (!forms.includes(form)) {
      if (answers) mark(form, answers); // the second step of what began with typed words
      return;
    }
    const hasRoom = keep(form, forms.indexOf(form));
    if (navigator.onLine || reached) return;
    // The page stays, with what is typed, until the server answers.
    event.preventDefault();
    fetch(location.href, { method: "HEAD" }).then(
      () => {
        reached = true;
        form.requestSubmit(submitter);
        reached = false;
      },
      () => {
        document.querySelector(".cw-offline")?.remove();
        const words = "There is no connection, so nothing was saved. What you typed is still here"
          + `${hasRoom ? ", and a copy is kept in this tab" : ""}. Save again when you are online.`;
        notice(form, element("p", {}, words)).classList.add("cw-offline");
      },
    );
  });
})();
