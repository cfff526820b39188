/*
 * Lists in what is pasted. Word writes paragraphs with a level and a mark, Word for the web a list for
 * each item, Google Docs an inner list beside its item, the others lists as HTML knows them.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const LIST_TYPES = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I",
  }
  const rawStyle = element => element.getAttribute("style") ?? ""

  function fromRoman(word) {
    const values = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 }
    return [...word].reduce((sum, letter, place) => {
      const value = values[letter]
      return sum + (values[word[place + 1]] > value ? -value : value)
    }, 0)
  }

  const withLists = Base => class extends Base {
    /** What Word says of a paragraph, or Word for the web of an item, that is one of a list. */
    numbered(element) {
      if (element.localName === "li" && element.dataset.ariaLevel) {
        const list = element.closest("ol, ul")
        const ordered = list?.localName === "ol"
        return {
          level: Number(element.dataset.ariaLevel) || 1,
          ordered,
          number: ordered ? Number(element.dataset.ariaPosinset || list.getAttribute("start")) || 1 : 0,
          type: ordered ? this.listType(element, list) : "",
        }
      }
      const style = rawStyle(element)
      const found = /mso-list:\s*l\d+\s+level(\d+)/i.exec(style)
      if (!found || element.localName === "li") return null
      const mark = element.querySelector("[style*='mso-list:Ignore' i], [style*='mso-list: Ignore' i]")
      const marker = (mark?.textContent ?? "").replace(/[\s\u00a0]+/g, "")
      mark?.remove()
      return { level: Number(found[1]), marker, ...this.marked(marker) }
    }

    marked(marker) {
      const decimal = /^\(?(?:\d+\.)*(\d+)[.)]?$/.exec(marker)
      if (decimal) return { ordered: true, number: Number(decimal[1]), type: "" }
      const letters = /^\(?([a-z]{1,6})[.)]$/i.exec(marker)
      if (!letters) return { ordered: false, number: 0, type: "" }
      const word = letters[1]
      const lower = word.toLowerCase()
      const isUpper = word !== lower
      const isRoman = /^[ivxlcdm]+$/.test(lower) && (lower.length > 1 || lower === "i" || this.lastType?.toLowerCase() === "i")
      const type = isRoman ? (isUpper ? "I" : "i") : (isUpper ? "A" : "a")
      this.lastType = type
      return { ordered: true, number: isRoman ? fromRoman(lower) : lower.charCodeAt(0) - 96, type }
    }

    listType(item, list) {
      const named = this.style(item, "list-style-type") || this.style(list, "list-style-type")
      const type = list.getAttribute("type") ?? ""
      return LIST_TYPES[named] ?? (/^[aAiI]$/.test(type) ? type : "")
    }

    readList(element, formats) {
      if ([...element.children].some(child => child.dataset?.ariaLevel)) return this.children(element, formats)
      const { writer } = this
      const ordered = element.localName === "ol"
      const first = element.querySelector("li") ?? element
      const attributes = {
        type: ordered ? this.listType(first, element) : "",
        start: ordered && element.getAttribute("start") !== "1" ? element.getAttribute("start") : "",
      }
      const write = () => writer.within(element.localName === "ol" ? "ol" : "ul", attributes, () => this.children(element, formats))
      writer.close()
      // Google Docs puts the inner list beside its item rather than into it.
      if (/^(UL|OL)$/.test(writer.container.tagName)) writer.inside(writer.lastItem(writer.container), write)
      else write()
    }

    readItem(element, formats) {
      const { writer } = this
      const inner = this.format(element, formats)
      const holdsListOnly = element.children.length === 1 && /^(ul|ol)$/.test(element.firstElementChild.localName)
        && element.textContent.trim() === element.firstElementChild.textContent.trim()
      if (!/^(UL|OL)$/.test(writer.container.tagName)) return this.readBlock(element, formats)
      if (holdsListOnly && writer.container.lastElementChild) return this.children(element, inner)
      writer.within("li", { value: element.getAttribute("value") }, () => {
        const checked = element.getAttribute("aria-checked")
        if (element.getAttribute("role") === "checkbox") writer.prefix = checked === "true" ? "☑ " : "☐ "
        this.children(element, inner)
      })
    }
  }

  CKEDITOR.plugins.add("pastedlists", { withLists })
})()
