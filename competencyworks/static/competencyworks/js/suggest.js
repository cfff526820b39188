// Says while somebody types whether the address is curated already. The form works without it.
(() => {
  const field = document.getElementById("suggest-url");
  const place = document.getElementById("known");
  if (!field || !place) return;
  let asked = field.value.trim();
  let timer;

  const link = (href, words) => {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = words;
    return made;
  };

  const show = (known) => {
    place.replaceChildren();
    if (!known.path) return;
    const words = document.createElement("p");
    words.append(
      "This link is already in the wiki as ", link(known.path, known.title),
      ". Is something missing there? ", link(`${known.path}suggest/`, "Suggest an edit to it"), ".",
    );
    const box = document.createElement("div");
    box.className = "notice";
    box.append(words);
    place.append(box);
  };

  const ask = async () => {
    const url = field.value.trim();
    if (url === asked) return;
    asked = url;
    try {
      const answer = await fetch(`${place.dataset.known}?url=${encodeURIComponent(url)}`);
      if (answer.ok && url === asked) show(await answer.json());
    } catch {
      // Without an answer the page after this one says it.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  });
  field.addEventListener("change", ask);
})();
