// Asks before a page with unsaved words is left, and lets Ctrl+S (on a Mac Cmd+S) save and stay.
"use strict";

window.cwUnsaved = (() => {
  const forms = cwForms.withWords();
  const first = new Map(); // what each form held when its page was ready
  const marked = new Set(); // forms whose words came from elsewhere than from what is saved
  let sent = null; // the form that is on its way

  /** Whether the form holds what is not saved. */
  const has = (form) =>
    marked.has(form)
    || (first.has(form) && cwForms.fingerprint(form) !== first.get(form))
    || cwForms.textsChanged(form);

  // The rows of the page arrange themselves before it is complete.
  const begin = () => {
    for (const form of forms) first.set(form, cwForms.fingerprint(form));
  };
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);

  document.addEventListener("input", ({ target, isTrusted }) => {
    sent = null; // it is still here
    if (isTrusted && target.form && !first.has(target.form)) marked.add(target.form);
  });

  /** Whether what is sent is answered in another tab, and this one stays. */
  const opensTab = ({ submitter, target: form }) =>
    (submitter?.getAttribute("formtarget") ?? form.getAttribute("target")) === "_blank";

  // In the window's turn: whoever takes the sending back has done so.
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !opensTab(event)) sent = event.target;
  });

  window.addEventListener("beforeunload", (event) => {
    if (forms.some((form) => form !== sent && form.isConnected && has(form))) event.preventDefault();
  });

  // --- the key ------------------------------------------------------------------------------

  /** Press the button that saves and stays; of a working copy, the one that keeps it. */
  function save(form) {
    const button = form?.querySelector("[name=_continue]") ?? form?.querySelector("[name=_working]");
    if (button) form.requestSubmit(button);
    return Boolean(button);
  }

  document.addEventListener("keydown", (event) => {
    const isKey = event.key.toLowerCase() === "s" || (event.code === "KeyS" && !/^[a-z]$/i.test(event.key));
    if (!isKey || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (event.defaultPrevented || event.repeat || event.target.closest("dialog, .cke_dialog")) return;
    if (save(event.target.form ?? forms.find((form) => form.querySelector("[name=_continue], [name=_working]")))) {
      event.preventDefault();
    }
  });

  // Keys in a text reach its editor alone.
  window.CKEDITOR?.on("instanceReady", ({ editor }) => {
    editor.addCommand("saveForm", {
      modes: { wysiwyg: 1, source: 1 },
      canUndo: false,
      exec: () => save(editor.element.$.form),
    });
    editor.setKeystroke(CKEDITOR.CTRL + 83, "saveForm");
  });

  return { has, mark: (form) => marked.add(form), opensTab };
})();
