/*
 * On the page about feeds: a button beside each address that copies it. Without this script, or
 * where a browser has no clipboard for pages, a click on an address selects the whole of it.
 */
const status = document.getElementById("copied");
for (const address of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const button = document.createElement("button");
  const words = document.createElement("span");
  const which = document.createElement("span");
  words.textContent = "Copy address";
  which.className = "visually-hidden";
  which.textContent = ` of ${address.dataset.copy}`;
  button.type = "button";
  button.className = "copy-address";
  button.append(words, which);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(address.textContent);
      words.textContent = "Copied address";
      status.textContent = `Copied the address of ${address.dataset.copy}`;
    } catch {
      getSelection().selectAllChildren(address);
      words.textContent = "Press Ctrl+C to copy";
      status.textContent = "The address is selected. Press Ctrl+C to copy it.";
    }
    setTimeout(() => { words.textContent = "Copy address"; }, 4000);
  });
  address.after(button);
}
