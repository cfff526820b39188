// While an address is typed: says below its field what of this site cites it already.
// A field that asks has the address of the answer in `data-known-address`, and may name the item
// of its form in `data-known-not`.
(() => {
  const PAUSE = 400; // milliseconds without a key
  const waiting = new WeakMap();
  const asked = new WeakMap();

  const place = (field) => {
    let note = field.parentElement.querySelector(".cw-known");
    if (!note) {
      note = document.createElement("p");
      note.className = "help cw-known";
      note.setAttribute("aria-live", "polite");
      field.after(note);
    }
    return note;
  };

  const show = (field, known) => {
    const note = place(field);
    note.replaceChildren();
    known.forEach((each, number) => {
      const link = document.createElement("a");
      link.href = each.url;
      link.target = "_blank";
      link.textContent = each.title;
      note.append(number ? "; " : "", `${each.says} `, link, each.when ? `, ${each.when}` : "");
    });
  };

  const ask = async (field) => {
    const url = field.value.trim();
    if (asked.get(field) === url) return;
    asked.set(field, url);
    if (!/\S\.\S/.test(url)) return show(field, []);
    const query = new URLSearchParams({ url: /^https?:/i.test(url) ? url : `https://${url}` });
    if (field.dataset.knownNot) query.set("not", field.dataset.knownNot);
    try {
      const answer = await fetch(`${field.dataset.knownAddress}?${query}`);
      const { known } = answer.ok ? await answer.json() : { known: [] };
      if (asked.get(field) === url) show(field, known);
    } catch {
      asked.delete(field); // no answer: the next key asks again
    }
  };

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("input[data-known-address]")) return;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => ask(field), PAUSE));
  });
})();
