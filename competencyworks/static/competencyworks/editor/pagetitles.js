/*
 * Completion of [[: the titles of the wiki's pages, from the address `pageTitlesUrl`, in a list
 * below the cursor. Arrows choose, Enter and Tab take, Escape closes; what is chosen is said to
 * screen readers. Without that address the plugin does nothing.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const OPEN = /\[\[([^[\]|<>]{0,100})$/
  const PAUSE = 120 // milliseconds without a key, before the server is asked
  const { ENTER, TAB, ESC, UP, DOWN } = { ENTER: 13, TAB: 9, ESC: 27, UP: 38, DOWN: 40 }

  class Completion {
    constructor(editor) {
      this.editor = editor
      this.titles = []
      this.chosen = 0
      this.asked = 0
      this.closedAt = null
      this.list = document.createElement("ul")
      this.list.className = "cw-titles"
      this.list.setAttribute("role", "listbox")
      this.list.setAttribute("aria-label", "Pages of the wiki")
      this.list.hidden = true
      this.list.addEventListener("mousedown", event => event.preventDefault()) // keeps the cursor
      this.list.addEventListener("click", event => {
        const option = event.target.closest("[role=option]")
        if (option) this.take(Number(option.dataset.index))
      })
      this.told = document.createElement("p")
      this.told.className = "visually-hidden"
      this.told.setAttribute("role", "status")
      document.body.append(this.list, this.told)
    }

    /** Ask once no key has come for a moment. */
    look() {
      clearTimeout(this.waiting)
      this.waiting = setTimeout(() => this.ask(), PAUSE)
    }

    get isOpen() { return !this.list.hidden }

    /** The text node that ends in an open [[ at the cursor, and what follows it; or null. */
    place() {
      const range = this.editor.getSelection()?.getRanges()[0]
      const node = range?.collapsed ? range.startContainer : null
      if (node?.type !== CKEDITOR.NODE_TEXT || node.getAscendant({ a: 1, code: 1, pre: 1, kbd: 1, samp: 1 })) return null
      const before = node.getText().slice(0, range.startOffset)
      const found = OPEN.exec(before)
      return found && { node, start: found.index, end: range.startOffset, words: found[1] }
    }

    async ask() {
      const place = this.place()
      if (!place || place.words === this.closedAt) {
        this.close()
        return
      }
      this.closedAt = null
      const number = ++this.asked
      let answer
      try {
        const url = `${this.editor.config.pageTitlesUrl}?q=${encodeURIComponent(place.words)}`
        const response = await fetch(url)
        answer = response.ok ? await response.json() : { titles: [] }
      } catch {
        answer = { titles: [] } // the server is away: titles can still be typed
      }
      if (number === this.asked) this.show(answer.titles)
    }

    show(titles) {
      this.titles = titles
      if (!titles.length) {
        this.close()
        return
      }
      this.list.replaceChildren(...titles.map(({ title, stage }, index) => {
        const option = document.createElement("li")
        option.setAttribute("role", "option")
        option.dataset.index = index
        option.textContent = title
        if (stage !== "Published") {
          const note = document.createElement("small")
          note.textContent = ` ${stage.toLowerCase()}`
          option.append(note)
        }
        return option
      }))
      this.list.hidden = false
      this.choose(0)
      this.settle()
    }

    /** Below the cursor, within the window. */
    settle() {
      const selection = this.editor.document.$.getSelection()
      if (!selection.rangeCount) return
      const cursor = selection.getRangeAt(0).getBoundingClientRect()
      const frame = this.editor.window.getFrame().$.getBoundingClientRect()
      const left = Math.min(frame.left + cursor.left, innerWidth - this.list.offsetWidth - 8)
      const below = frame.top + cursor.bottom + 4
      const above = frame.top + cursor.top - this.list.offsetHeight - 4
      const top = below + this.list.offsetHeight > innerHeight ? above : below
      this.list.style.left = `${Math.max(8, left)}px`
      this.list.style.top = `${Math.max(8, top)}px`
    }

    choose(index) {
      const count = this.titles.length
      this.chosen = (index + count) % count
      for (const option of this.list.children) {
        option.setAttribute("aria-selected", Number(option.dataset.index) === this.chosen)
      }
      this.list.children[this.chosen].scrollIntoView({ block: "nearest" })
      this.told.textContent = `${this.titles[this.chosen].title}, ${this.chosen + 1} of ${count}`
    }

    take(index) {
      const place = this.place()
      const { title } = this.titles[index]
      this.close()
      if (!place) return
      this.editor.fire("saveSnapshot")
      const text = place.node.getText()
      const after = text.slice(place.end).replace(/^[^[\]|<>]*\]\]/, "")
      const start = `${text.slice(0, place.start)}[[${title}]]`
      place.node.setText(start + after)
      const range = this.editor.createRange()
      range.setStart(place.node, start.length)
      range.collapse(true)
      range.select()
      this.editor.fire("saveSnapshot")
      this.told.textContent = `Link to ${title}`
    }

    close() {
      this.asked += 1 // an answer that is still on its way comes too late
      this.list.hidden = true
    }

    /** Keys that belong to the list while it is open; the editor gets the others. */
    key(event) {
      if (!this.isOpen) return
      const acts = {
        [UP]: () => this.choose(this.chosen - 1),
        [DOWN]: () => this.choose(this.chosen + 1),
        [ENTER]: () => this.take(this.chosen),
        [TAB]: () => this.take(this.chosen),
        [ESC]: () => { this.closedAt = this.place()?.words; this.close() },
      }
      const act = acts[event.data.keyCode]
      if (!act) return
      act()
      event.cancel()
      event.stop()
    }
  }

  CKEDITOR.plugins.add("pagetitles", {
    init(editor) {
      if (!editor.config.pageTitlesUrl) return
      const completion = new Completion(editor)
      editor.on("key", event => completion.key(event), null, null, 1)
      editor.on("contentDom", () => {
        const editable = editor.editable()
        editable.attachListener(editable, "input", () => completion.look())
        editable.attachListener(editable, "keyup", ({ data }) => {
          if (![UP, DOWN, ENTER, TAB, ESC].includes(data.getKey())) completion.look()
        })
        editable.attachListener(editable, "mouseup", () => completion.look())
        editable.attachListener(editable.getDocument(), "scroll", () => completion.close())
      })
      editor.on("blur", () => completion.close())
      editor.on("mode", () => completion.close())
      editor.on("destroy", () => { completion.list.remove(); completion.told.remove() })
    },
  })
})()
