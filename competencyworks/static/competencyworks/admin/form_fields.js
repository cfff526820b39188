// What the forms of the admin hold: reading it, comparing it, putting it back.
//
// The rich texts are asked of their editors, which write into the form only when it is sent.
"use strict";

window.cwForms = (() => {
  const NOT_KEPT_NAMES = new Set(["csrfmiddlewaretoken", "kept_as"]);
  const NOT_KEPT_TYPES = new Set(["button", "file", "image", "reset", "submit"]);
  const NOT_TYPED = new Set([...NOT_KEPT_TYPES, "checkbox", "hidden", "radio", "search"]);
  const EDITOR = "textarea[data-type=ckeditortype]";
  const firstTexts = new WeakMap(); // what an editor made of the text that it was opened with

  // --- which forms --------------------------------------------------------------------------

  // Passwords, codes of a second factor, recovery codes.
  const isSecret = (field) => /password|one-time-code/.test(`${field.type} ${field.getAttribute("autocomplete")}`);

  const isTyped = (field) =>
    !field.disabled && !isSecret(field) && (field.type === "textarea" || (field.tagName === "INPUT" && !NOT_TYPED.has(field.type)));

  // By attribute: a field named "action" or "id" hides the property of that name.
  const isPosted = (form) => form.getAttribute("method")?.toLowerCase() === "post";

  /**
   * The forms of the page that hold typed words; not lists and single buttons, not those that say
   * `data-not-kept` (searches, uploads), and not the picture library in its frame.
   */
  const withWords = () =>
    [...document.querySelectorAll("#content form:not(#changelist-form, [data-not-kept])")].filter(
      (form) => window === window.top && isPosted(form) && [...form.elements].some(isTyped),
    );

  // --- editors ------------------------------------------------------------------------------

  const editors = (form) =>
    Object.values(window.CKEDITOR?.instances ?? {}).filter((editor) => editor.element?.$.form === form);

  const editorOf = (field) =>
    editors(field.form).find((editor) => editor.element.$ === field && editor.status === "ready");

  /** Resolves when every text of the form can be read from its editor, or after ten seconds. */
  const ready = (form) =>
    new Promise((resolve) => {
      const wanted = [...form.querySelectorAll(EDITOR)].filter((field) => !field.name.includes("__prefix__"));
      let tries = 100;
      const look = () => {
        if (wanted.every(editorOf) || !(tries -= 1)) resolve();
        else setTimeout(look, 100);
      };
      look();
    });

  window.CKEDITOR?.on("instanceReady", ({ editor }) => firstTexts.set(editor, editor.getData()));

  // --- reading ------------------------------------------------------------------------------

  const isKept = (field) =>
    field.name && !field.disabled && !isSecret(field) && !NOT_KEPT_NAMES.has(field.name)
    && !NOT_KEPT_TYPES.has(field.type) && !field.name.includes("__prefix__");

  /** [{name, value, label}] of what the form would send; `label` is what a list shows for it. */
  function read(form) {
    const found = [];
    for (const field of form.elements) {
      if (!isKept(field)) continue;
      const { name } = field;
      if (["checkbox", "radio"].includes(field.type)) {
        if (field.checked) found.push({ name, value: field.value });
      } else if (field.selectedOptions) {
        for (const option of field.selectedOptions) found.push({ name, value: option.value, label: option.text });
      } else {
        found.push({ name, value: editorOf(field)?.getData() ?? field.value });
      }
    }
    return found;
  }

  /** The names of the files that are chosen. */
  const files = (form) =>
    [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files].map((file) => file.name));

  /** All that was entered, to compare; editors apart, as they may still be starting. */
  function fingerprint(form) {
    const texts = new Set([...form.querySelectorAll(EDITOR)].map((field) => field.name));
    const rest = read(form).filter(({ name }) => !texts.has(name));
    return JSON.stringify([rest.map(({ name, value }) => [name, value]), files(form)]);
  }

  const textsChanged = (form) =>
    editors(form).some((editor) => firstTexts.has(editor) && editor.getData() !== firstTexts.get(editor));

  /** Whether the form has the fields of `fields`, rows aside. */
  const holds = (form, fields) =>
    fields.every(({ name }) => /-\d+-/.test(name) || form.elements.namedItem(name));

  /** Whether the form shows the same as `fields`; keys of rows and versions aside. */
  function shows(form, fields) {
    const hidden = new Set([...form.querySelectorAll("input[type=hidden]")].map((field) => field.name));
    const said = (all) => JSON.stringify(
      all.filter(({ name, value }) => !hidden.has(name) && value !== "").map(({ name, value }) => [name, value]).sort(),
    );
    return said(read(form)) === said(fields);
  }

  // --- putting back -------------------------------------------------------------------------

  const rowOf = (field) => field.closest("tr.form-row, .cw-row, .inline-related:not(.tabular)");

  /** Let the rows with this prefix be as many as were kept, and those. */
  function fitRows(form, prefix, wanted, names) {
    const total = form.elements.namedItem(`${prefix}-TOTAL_FORMS`);
    const add = document.getElementById(`${prefix}-group`)?.querySelector(".add-row a, .cw-rows-add [data-add]");
    while (total && add && Number(total.value) < wanted) {
      const before = total.value;
      add.click();
      if (total.value === before) break;
    }
    const start = new RegExp(`^${prefix}-\\d+-`);
    const kept = new Set(names.map((name) => name.match(start)?.[0]));
    for (const field of [...form.elements]) {
      const row = field.name?.match(start)?.[0];
      if (row && !kept.has(row)) rowOf(field)?.remove();
    }
  }

  function select(field, values) {
    for (const { value, label } of values) {
      const isThere = [...field.options].some((option) => option.value === value);
      if (!isThere) field.add(new Option(label ?? value, value));
    }
    const wanted = new Set(values.map(({ value }) => value));
    for (const option of field.options) option.selected = wanted.has(option.value);
  }

  /** Give the form what `fields` say, as read() returned it. */
  function putBack(form, fields) {
    const names = fields.map(({ name }) => name);
    for (const { name, value } of fields) {
      const prefix = name.match(/^(.+)-TOTAL_FORMS$/)?.[1];
      if (prefix) fitRows(form, prefix, Number(value), names);
    }
    const values = new Map(names.map((name) => [name, []]));
    for (const one of fields) values.get(one.name).push(one);
    for (const field of form.elements) {
      if (!isKept(field)) continue;
      const own = values.get(field.name) ?? [];
      if (["checkbox", "radio"].includes(field.type)) {
        field.checked = own.some(({ value }) => value === field.value);
      } else if (field.options) {
        if (own.length || field.multiple) select(field, own);
      } else if (own.length) {
        const { value } = own.shift();
        if (field.value !== value) field.value = value;
        editorOf(field)?.setData(value);
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    form.dispatchEvent(new CustomEvent("form:putback"));
  }

  return { files, fingerprint, holds, isPosted, putBack, read, ready, shows, textsChanged, withWords };
})();
