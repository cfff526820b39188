/*
 * Writes the plain HTML of an article: blocks, lists, and stretches of text with the formats they
 * have. It knows nothing of where the text comes from; see pasted_html.js.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  /** Elements that hold words directly, without a paragraph. */
  const HOLD_WORDS = new Set(["LI", "TD", "TH", "DT", "DD", "FIGCAPTION", "SUMMARY", "CAPTION"])
  const BLANKS = /[ \t\n\r\f\u00a0]/
  /** White space that is one blank; a no-break space between two words stays what it is. */
  const WHITE = /[ \t\n\r\f\u00a0]*[ \t\n\r\f][ \t\n\r\f\u00a0]*|\u00a0{2,}/g

  class Writer {
    constructor() {
      this.document = document.implementation.createHTMLDocument("")
      this.root = this.container = this.document.body
      this.block = null // what takes words now
      this.open = [] // formats that are open in it: {key, element}
      this.breaks = 0 // line breaks that wait for the words behind them
      this.lists = null // open lists of numbered levels: {container, levels}
      this.skipBlank = false
      this.prefix = "" // what the next block begins with
      this.ids = [] // names of places that wait for an element
    }

    element(tag, attributes = {}) {
      const made = this.document.createElement(tag)
      for (const [name, value] of Object.entries(attributes)) if (value) made.setAttribute(name, value)
      return made
    }

    append(element) {
      if (this.lists && this.lists.container === this.container) this.lists = null
      this.container.append(element)
      this.name(element)
    }

    name(element) {
      if (!this.ids.length || element.id) return
      element.id = this.ids.pop()
      for (const id of this.ids) {
        const anchor = this.element("a")
        anchor.id = id
        element.before(anchor)
      }
      this.ids = []
    }

    /** An element that holds blocks; it goes if `inside` wrote nothing, unless it may be empty. */
    within(tag, attributes, inside, mayBeEmpty = false) {
      this.close()
      const element = this.element(tag, attributes)
      this.append(element)
      this.inside(element, inside)
      if (!mayBeEmpty && !element.childNodes.length) element.remove()
      return element
    }

    inside(element, act) {
      const [container, lists] = [this.container, this.lists]
      this.container = element
      this.lists = null
      act()
      this.close()
      this.container = container
      this.lists = lists
    }

    /** An element that holds words. */
    paragraph(tag, attributes, inside) {
      this.close()
      this.kind = [tag, attributes]
      inside()
      this.close()
      this.kind = null
    }

    start() {
      this.begin()
      if (this.prefix) this.block.append(this.prefix)
      this.prefix = ""
    }

    begin() {
      if (["UL", "OL"].includes(this.container.tagName)) this.container = this.lastItem(this.container)
      if (HOLD_WORDS.has(this.container.tagName) && !this.container.firstChild && (this.kind?.[0] ?? "p") === "p") {
        if (this.kind?.[1].class) this.container.className = this.kind[1].class
        this.block = this.container
        this.name(this.block)
        return
      }
      const [tag, attributes] = this.kind ?? ["p", {}]
      const block = this.element(tag, attributes)
      this.append(block)
      this.block = block
    }

    lastItem(list) {
      if (list.lastElementChild?.tagName !== "LI") list.append(this.element("li"))
      return list.lastElementChild
    }

    text(words, formats, verbatim = false) {
      if (!verbatim) words = words.replace(WHITE, " ")
      if (!this.block || this.breaks) {
        if (!verbatim && !/[^ \u00a0]/.test(words)) return
      }
      this.settleBreaks()
      if (!this.block) this.start()
      if (!verbatim && (this.skipBlank || this.endsInBlank())) words = words.replace(/^[ \u00a0]+/, "")
      if (!words) return
      this.at(formats).append(words)
      this.skipBlank = false
    }

    /** A sign that no blank follows. */
    sign(sign, formats) {
      if (!this.block) this.start()
      this.at(formats).append(sign)
      this.skipBlank = true
    }

    /** One break is a line's end, several are a paragraph's. */
    settleBreaks() {
      if (this.breaks > 1 && (!this.block || this.block.tagName === "P")) this.close()
      else if (this.breaks && this.block) {
        this.trim(this.block, false)
        this.open = []
        this.block.append(this.element("br"))
      }
      this.breaks = 0
    }

    lineBreak() {
      if (this.block) this.breaks += 1
    }

    /** A picture or something else that stands among words. */
    object(element, formats) {
      this.settleBreaks()
      if (!this.block) this.start()
      this.at(formats).append(element)
    }

    endsInBlank() {
      let last = this.block
      while (last.lastChild) last = last.lastChild
      if (last === this.block) return true
      if (last.nodeType === Node.TEXT_NODE) return BLANKS.test(last.data.at(-1))
      return last.tagName === "BR"
    }

    /** The element in which words with these `formats` stand. */
    at(formats) {
      let same = 0
      while (same < this.open.length && this.open[same].format.key === formats[same]?.key) same += 1
      this.open.length = same
      let place = same ? this.open[same - 1].element : this.block
      for (const format of formats.slice(same)) {
        const element = this.element(format.tag, format.attributes)
        place.append(element)
        this.open.push({ format, element })
        place = element
      }
      return place
    }

    close() {
      const { block } = this
      this.skipBlank = false
      this.block = null
      this.open = []
      this.breaks = 0
      if (!block) return
      if (block.tagName !== "PRE") this.trim(block)
      if (!block.childNodes.length && !HOLD_WORDS.has(block.tagName)) block.remove()
    }

    /** Take white space (and line breaks) off the end of `block`, and what is empty by it. */
    trim(block, breaks = true) {
      for (let last = block.lastChild; last; last = block.lastChild) {
        while (last.lastChild) last = last.lastChild
        if (last.nodeType === Node.TEXT_NODE) {
          last.data = last.data.replace(/[ \t\n\r\f\u00a0]+$/, "")
          if (last.data) return
        } else if (last.tagName === "IMG" || last.id || (last.tagName === "BR" && !breaks)) return
        last.remove()
      }
    }

    /**
     * An item of a list whose program tells level and number of each item rather than nesting
     * lists: {level, ordered, number, type}.
     */
    item({ level, ordered, number, type }, inside) {
      this.close()
      if (this.lists?.container !== this.container) {
        this.lists = { container: this.container, levels: [] }
      }
      const { levels } = this.lists
      level = Math.min(level, levels.length + 1)
      levels.length = Math.min(levels.length, level)
      let list = levels[level - 1]
      if (!list || list.ordered !== ordered) {
        const element = this.element(ordered ? "ol" : "ul", {
          type, start: number > 1 ? String(number) : "",
        })
        const above = levels[level - 2]
        const place = above ? this.lastItem(above.element) : this.container
        place.append(element)
        list = levels[level - 1] = { element, ordered, next: number || 1 }
      }
      const item = this.element("li", {
        value: ordered && number && number !== list.next ? String(number) : "",
      })
      list.next = (number || list.next) + 1
      list.element.append(item)
      this.name(item)
      this.inside(item, inside)
      if (!item.childNodes.length) item.remove()
    }

    html() {
      this.close()
      return this.root.innerHTML
    }
  }

  CKEDITOR.plugins.add("pastedwriter", { Writer })
})()
