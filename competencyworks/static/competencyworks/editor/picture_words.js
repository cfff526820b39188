/*
 * Asks what a picture shows that was dropped on the text or pasted into it, as the library asks of
 * each picture. Whoever closes the question is asked again when the form is sent.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const FORM = `
    <form class="cw-picture-words" novalidate>
      <h2>What does this picture show?</h2>
      <img alt="">
      <p><label for="cw-picture-alt">Alternative text</label>
        <textarea id="cw-picture-alt" rows="2" maxlength="500" aria-describedby="cw-picture-help cw-picture-error"></textarea>
        <span id="cw-picture-help" class="helptext">One sentence for those who cannot see it.</span></p>
      <p><label><input type="checkbox"> The picture is decorative: it adds nothing to the text</label></p>
      <p id="cw-picture-error" class="errornote" role="alert" hidden></p>
      <p class="cw-picture-acts"><button type="submit" class="button default">Save</button>
        <button type="button" class="button" data-remove>Remove the picture</button></p>
    </form>`

  const waiting = new WeakMap() // the pictures of an editor that have no words yet
  const LONGEST_UPLOAD = 20000 // milliseconds that the question about another picture waits
  const busy = new Set() // editors that are asking

  const of = editor => {
    if (!waiting.has(editor)) waiting.set(editor, new Map())
    return waiting.get(editor)
  }

  /** The pictures with this key in the text, as elements. */
  const shown = (editor, id) => editor.editable()?.find(`img[data-image="${Number(id)}"]`).toArray() ?? []

  function widgetOf(editor, image) {
    return editor.widgets.getByElement(image)
  }

  function describe(editor, id, alt) {
    for (const image of shown(editor, id)) {
      const widget = widgetOf(editor, image)
      if (widget?.data && "alt" in widget.data) widget.setData("alt", alt)
      image.setAttribute("alt", alt)
    }
    editor.fire("saveSnapshot")
    editor.fire("change")
  }

  function remove(editor, id) {
    for (const image of shown(editor, id)) {
      const widget = widgetOf(editor, image)
      if (widget) editor.widgets.del(widget)
      else image.remove()
    }
    editor.fire("saveSnapshot")
    editor.fire("change")
  }

  /** One question. Fulfilled when its dialog is closed, with an answer or without. */
  function question(editor, picture) {
    const dialog = document.createElement("dialog")
    dialog.className = "cw-picture-question"
    dialog.setAttribute("aria-label", "What does this picture show?")
    dialog.innerHTML = FORM
    const form = dialog.querySelector("form")
    const alt = dialog.querySelector("textarea")
    const decorative = dialog.querySelector("[type=checkbox]")
    const error = dialog.querySelector("#cw-picture-error")
    dialog.querySelector("img").src = picture.src
    alt.value = picture.alt
    const say = words => {
      error.textContent = words
      error.hidden = false
    }
    form.addEventListener("submit", async event => {
      event.preventDefault()
      event.stopPropagation()
      const body = new URLSearchParams({ alt: alt.value })
      if (decorative.checked) body.set("decorative", "on")
      const token = editor.element.$.form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""
      try {
        const answer = await fetch(picture.words, { method: "POST", body, headers: { "X-CSRFToken": token } })
        const { picture: stored, error: refused } = await answer.json()
        if (refused) return void say(refused.message)
        of(editor).delete(picture.id)
        describe(editor, picture.id, stored.alt)
        dialog.close()
      } catch {
        say("This could not be saved. Check your connection and try again.")
      }
    })
    dialog.querySelector("[data-remove]").addEventListener("click", () => {
      of(editor).delete(picture.id)
      remove(editor, picture.id)
      dialog.close()
    })
    document.body.append(dialog)
    dialog.showModal()
    alt.focus()
    return new Promise(done => {
      dialog.addEventListener("close", () => {
        dialog.remove()
        editor.focus()
        done()
      })
    })
  }

  /** Fulfilled when no upload of `editor` is under way, or after a while. */
  async function uploaded(editor) {
    const until = Date.now() + LONGEST_UPLOAD
    const isRunning = () => editor.uploadRepository?.loaders.some(loader => loader && !loader.isFinished())
    while (isRunning() && Date.now() < until) await new Promise(done => setTimeout(done, 100))
  }

  /** The order of the pictures in the text, which may not be that in which their uploads ended. */
  function inOrder(editor, pictures) {
    const shownAs = editor.editable()?.find("img[data-image]").toArray().map(image => Number(image.getAttribute("data-image"))) ?? []
    return [...pictures].sort((one, other) => shownAs.indexOf(Number(one.id)) - shownAs.indexOf(Number(other.id)))
  }

  /** Ask about each picture of which nothing is known, one after the other. */
  async function askAll(editor) {
    if (busy.has(editor)) return
    busy.add(editor)
    const asked = new Set()
    for (;;) {
      await uploaded(editor)
      const next = inOrder(editor, of(editor).values()).find(picture => !asked.has(picture.id))
      if (!next) break
      asked.add(next.id)
      if (shown(editor, next.id).length) await question(editor, next)
      else of(editor).delete(next.id)
    }
    busy.delete(editor)
  }

  /** Whether the text shows a picture that was not described, here or in the dialog of pictures. */
  const isMissing = (editor, picture) =>
    shown(editor, picture.id).some(image => !(image.getAttribute("alt") ?? "").trim())

  CKEDITOR.plugins.add("picturewords", {
    /** Ask what `picture` ({id, src, alt, words: the address to send the answer to}) shows. */
    ask(editor, picture) {
      of(editor).set(picture.id, picture)
      askAll(editor)
    },
    init(editor) {
      editor.on("instanceReady", () => {
        editor.element.$.form?.addEventListener("submit", event => {
          const left = () => [...of(editor).values()].filter(picture => isMissing(editor, picture))
          if (editor.mode !== "wysiwyg" || !left().length) return
          event.preventDefault()
          event.stopImmediatePropagation()
          const { submitter, target } = event
          askAll(editor).then(() => {
            if (!left().length) target.requestSubmit(submitter)
          })
        }, true)
      })
    },
  })
})()
