/*
 * HTML as word processors, mail programs and web pages put it on the clipboard, read for what it
 * says: headings, lists, tables, emphasis, links, footnotes, pictures. How it looked is left out.
 *
 * What each program writes: Word (classes Mso…, mso-… in styles, lists as numbered paragraphs),
 * Word for the web (one list for each item, headings by role), Google Docs (bold and italics in
 * styles, all in a <b> that is not bold), Apple's programs (classes, and their rules in <style>),
 * LibreOffice and mail programs (HTML of the nineties), browsers (every computed style).
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const GONE = new Set([
    "script", "style", "template", "noscript", "head", "title", "meta", "link", "svg", "col",
    "colgroup", "xml", "o:smarttagtype", "map", "rp",
  ])
  const BLOCKS = new Set([
    "address", "article", "aside", "body", "center", "details", "div", "dir", "dl", "fieldset",
    "footer", "form", "header", "hgroup", "legend", "main", "menu", "nav", "section", "td", "th",
    "tr", "tbody", "thead", "tfoot", "table", "li", "dt", "dd", "option",
  ])
  /** Formats by element: what is written for it. */
  const MEANT = {
    b: "strong", strong: "strong", i: "em", em: "em", u: "u", ins: "ins", s: "s", strike: "s", del: "del",
    sub: "sub", sup: "sup", code: "code", tt: "code", kbd: "kbd", samp: "samp", var: "var", cite: "cite",
    q: "q", dfn: "dfn", abbr: "abbr", acronym: "abbr", mark: "mark", small: "small", time: "time",
  }
  const KEPT = ["title", "datetime"]
  const READ = ["font-weight", "font-style", "text-decoration", "text-decoration-line", "vertical-align",
    "text-align", "display", "list-style-type"]
  const MOST_RULES = 2000

  const rawStyle = element => element.getAttribute("style") ?? ""
  const isWord = html => /<meta[^>]+content="?(Microsoft Word|Word\.Document)|class="?Mso|urn:schemas-microsoft-com:office/i.test(html)

  class Reader {
    constructor(html, pictures) {
      this.source = new DOMParser().parseFromString(html, "text/html")
      this.pictures = pictures
      this.left = { pictures: [], comments: 0, links: 0, fields: 0, notes: 0 }
      this.writer = new (CKEDITOR.plugins.get("pastedwriter").Writer)()
      this.fromWord = isWord(html)
      this.fromDocs = /docs-internal-guid-/.test(html)
      this.fromWordWeb = /data-ccp-|class="[^"]*\bSCX[WO]/.test(html)
      this.styles = new Map()
      this.heading = false
    }

    read() {
      const { body } = this.source
      this.readRules()
      this.left.comments = CKEDITOR.plugins.get("pastednotes").lift(body)
      this.linked = new Set(
        [...body.querySelectorAll("a[href*='#']")].map(link => this.fragment(link)).filter(Boolean),
      )
      this.deepen = body.querySelector("h1, [role=heading][aria-level='1'], p.MsoTitle") ? 1 : 0
      this.children(body, [])
      this.writer.close()
      this.tidy()
      return { html: this.writer.html(), left: this.left }
    }

    /** The rules in <style>, which Apple's programs and Word write, as styles of the elements. */
    readRules() {
      let rules = []
      for (const style of this.source.querySelectorAll("style")) {
        const sheet = new CSSStyleSheet()
        try {
          sheet.replaceSync(style.textContent)
          rules = rules.concat([...sheet.cssRules])
        } catch {
          continue
        }
      }
      for (const rule of rules.slice(0, MOST_RULES)) {
        if (!rule.selectorText || !READ.some(name => rule.style.getPropertyValue(name))) continue
        for (const element of this.source.body.querySelectorAll(rule.selectorText)) {
          const known = this.styles.get(element) ?? {}
          for (const name of READ) {
            const value = rule.style.getPropertyValue(name)
            if (value) known[name] = value
          }
          this.styles.set(element, known)
        }
      }
    }

    style(element, name) {
      return element.style?.getPropertyValue(name) || this.styles.get(element)?.[name] || ""
    }

    children(element, formats) {
      for (const child of element.childNodes) this.node(child, formats)
    }

    node(node, formats) {
      if (node.nodeType === Node.TEXT_NODE) this.words(node, formats)
      else if (node.nodeType === Node.ELEMENT_NODE && !this.isHidden(node)) this.element(node, formats)
    }

    words(node, formats) {
      const shown = this.heading ? formats.filter(format => format.key !== "strong") : formats
      this.writer.text(node.data, shown)
      const isRaised = formats.some(format => format.key === "sup") && !formats.some(format => format.tag === "a")
      if (isRaised && (this.fromDocs || this.fromWordWeb) && /^\s*\d{1,3}\s*$/.test(node.data)) this.left.notes += 1
    }

    isHidden(element) {
      return element.hidden || this.style(element, "display") === "none"
        || /mso-hide:\s*all/i.test(rawStyle(element))
        || element.matches(".visually-hidden, .sr-only, .screen-reader-text, .sidenote, .Apple-interchange-newline")
    }

    element(element, formats) {
      const tag = element.localName
      if (GONE.has(tag)) return
      this.nameFor(element)
      const listed = this.numbered(element)
      if (listed && !this.headingLevel(element)) {
        this.writer.item(listed, () => this.children(element, this.format(element, formats)))
      } else if (this.headingLevel(element)) this.readHeading(element, formats, listed)
      else if (Reader.READERS[tag]) this[Reader.READERS[tag]](element, formats)
      else if (BLOCKS.has(tag)) this.readBlock(element, formats)
      else if (/^(block|list-item|flex|grid|table)$/.test(this.style(element, "display")) && tag !== "a") this.readBlock(element, formats)
      else this.children(element, this.format(element, formats))
    }

    // --- formats of words ---------------------------------------------------------------------

    format(element, formats) {
      const tag = element.localName
      const without = key => { formats = formats.filter(format => format.key !== key) }
      const add = (key, attributes = {}, name = key) => {
        if (!formats.some(format => format.key === key)) formats = [...formats, { key, tag: name, attributes }]
      }
      if (MEANT[tag]) {
        const kept = Object.fromEntries(KEPT.map(name => [name, element.getAttribute(name)]))
        const key = MEANT[tag] + (kept.title || kept.datetime ? JSON.stringify(kept) : "")
        add(key, kept, MEANT[tag])
      }
      const weight = this.style(element, "font-weight")
      if (/^(bold|bolder|[6-9]00)$/.test(weight)) add("strong")
      else if (/^(normal|lighter|[1-5]00)$/.test(weight)) without("strong")
      const slant = this.style(element, "font-style")
      if (/italic|oblique/.test(slant)) add("em")
      else if (slant === "normal" && tag !== "address") without("em")
      const line = `${this.style(element, "text-decoration")} ${this.style(element, "text-decoration-line")}`
      const inLink = formats.some(format => format.tag === "a") || tag === "a"
        || element.children.length === 1 && element.firstElementChild.localName === "a"
      if (/underline/.test(line) && !inLink) add("u")
      if (/line-through/.test(line) && !formats.some(format => format.key === "del")) add("s")
      const raised = this.style(element, "vertical-align")
      if (raised === "super" && !/^t[dhr]$/.test(tag)) add("sup")
      if (raised === "sub" && !/^t[dhr]$/.test(tag)) add("sub")
      if (this.isMarked(element)) add("mark")
      return formats
    }

    isMarked(element) {
      if (/mso-highlight:(?!\s*none)/i.test(rawStyle(element))) return true
      if (!this.fromDocs || element.localName !== "span") return false
      const ground = element.style.backgroundColor
      return Boolean(ground) && !/^(transparent|white|rgb\(255, 255, 255\)|rgba\(.*, 0\))$/.test(ground)
    }

    readLink(element, formats) {
      const address = this.address(element)
      if (address) formats = [...formats.filter(f => f.key !== "u"), { key: `a ${address}`, tag: "a", attributes: { href: address } }]
      if (formats.filter(format => format.tag === "a").length > 1) formats = formats.filter((f, i) => f.tag !== "a" || i === formats.length - 1)
      this.children(element, this.format(element, formats))
    }

    fragment(link) {
      const href = link.getAttribute("href") ?? ""
      try {
        return decodeURIComponent(href.slice(href.indexOf("#") + 1))
      } catch {
        return ""
      }
    }

    /** The address of a link as it should be kept, or '' for one that leads nowhere from here. */
    address(link) {
      let href = (link.getAttribute("href") ?? "").trim()
      if (!href) return ""
      if (href.startsWith("#") || /^(file|about|applewebdata):[^#]*#/i.test(href)) {
        const name = this.fragment(link)
        return name && this.hasPlace(name) ? `#${name}` : ""
      }
      if (/^www\./i.test(href)) href = `https://${href}`
      const wrapped = /^https?:\/\/(?:www\.google\.[a-z.]+\/url\?|[\w.-]+\.safelinks\.protection\.outlook\.com\/)/i
      if (wrapped.test(href)) {
        const asked = new URL(href).searchParams
        href = asked.get("url") || asked.get("q") || href
      }
      if (/^(https?:\/\/|mailto:|tel:|\/)/i.test(href)) return href
      this.left.links += 1
      return ""
    }

    hasPlace(name) {
      return Boolean(this.source.body.querySelector(`[id="${CSS.escape(name)}"], a[name="${CSS.escape(name)}"]`))
    }

    /** Places to which links of the same paste lead keep their names. */
    nameFor(element) {
      const name = element.id || (element.localName === "a" && element.getAttribute("name"))
      if (!name || !this.linked.has(name)) return
      if (this.writer.block && !this.writer.block.id) this.writer.block.id = name
      else this.writer.ids.push(name)
      this.linked.delete(name)
    }

    readNote(element, formats) {
      const around = formats.filter(({ key }) => !["sup", "sub", "u"].includes(key) && !key.startsWith("a "))
      const { writer } = this
      const inner = []
      const pieces = [...element.childNodes]
      writer.sign("[fn]", around)
      const kind = writer.kind
      const block = writer.block
      for (const [place, piece] of pieces.entries()) {
        if (place && piece.nodeType === Node.ELEMENT_NODE && inner.length) writer.text(" ", around)
        this.inNote(piece, around)
        inner.push(piece)
      }
      writer.block = block
      writer.kind = kind
      writer.trim(block)
      writer.open = []
      writer.at(around).append("[/fn]")
      writer.skipBlank = false
    }

    /** Of a note the words and their formats alone: it stands within a line. */
    inNote(node, formats) {
      if (node.nodeType === Node.TEXT_NODE) this.writer.text(node.data, formats)
      if (node.nodeType !== Node.ELEMENT_NODE || GONE.has(node.localName) || this.isHidden(node)) return
      if (node.localName === "img") return void this.left.pictures.push(node.alt)
      if (node.localName === "br" || BLOCKS.has(node.localName) || node.localName === "p") this.writer.text(" ", formats)
      const address = node.localName === "a" ? this.address(node) : ""
      const inner = address
        ? [...formats, { key: `a ${address}`, tag: "a", attributes: { href: address } }]
        : this.format(node, formats)
      for (const child of node.childNodes) this.inNote(child, inner)
    }

    // --- blocks -------------------------------------------------------------------------------

    blockAttributes(element) {
      const side = this.style(element, "text-align") || element.getAttribute("align") || ""
      const dir = element.getAttribute("dir")
      return {
        class: /^(right|center)$/i.test(side) ? `align-${side.toLowerCase()}` : "",
        dir: /^rtl$/i.test(dir) ? "rtl" : "",
      }
    }

    readBlock(element, formats) {
      this.writer.close()
      const attributes = this.blockAttributes(element)
      const isLeaf = ![...element.children].some(child =>
        BLOCKS.has(child.localName) || /^(p|h[1-6]|ul|ol|pre|blockquote|figure|hr)$/.test(child.localName))
      if (isLeaf) this.readParagraph(element, formats, attributes)
      else this.children(element, this.format(element, formats))
      this.writer.close()
    }

    readParagraph(element, formats, attributes = this.blockAttributes(element)) {
      const inner = this.format(element, formats)
      const write = () => this.writer.paragraph("p", attributes, () => this.children(element, inner))
      if (!element.matches(".MsoQuote, .MsoIntenseQuote, .MsoQuoteCxSpFirst")) return write()
      const last = this.writer.container.lastElementChild
      this.writer.close()
      if (last?.tagName === "BLOCKQUOTE" && last.dataset.pasted) this.writer.inside(last, write)
      else this.writer.within("blockquote", { "data-pasted": "quote" }, write)
    }

    headingLevel(element) {
      const own = /^h([1-6])$/.exec(element.localName)
      if (own) return Number(own[1])
      if (element.getAttribute("role") === "heading") return Number(element.getAttribute("aria-level")) || 2
      return element.matches("p.MsoTitle") ? 1 : 0
    }

    readHeading(element, formats, listed) {
      const level = Math.min(6, this.headingLevel(element) + this.deepen)
      this.heading = true
      this.writer.paragraph(`h${level}`, this.blockAttributes(element), () => {
        if (listed?.marker) this.writer.text(`${listed.marker} `, [])
        this.children(element, formats)
      })
      this.heading = false
    }

    readQuote(element, formats) {
      this.writer.within("blockquote", {}, () => this.children(element, formats))
    }

    readVerbatim(element) {
      this.writer.paragraph("pre", {}, () => this.writer.text(element.textContent.replace(/^\n/, ""), [], true))
    }

    readRule() {
      this.writer.within("hr", {}, () => {}, true)
    }

    readBreak(element) {
      if (/page-break-before:\s*always/i.test(rawStyle(element))) this.writer.close()
      else this.writer.lineBreak()
    }

    readFigure(element, formats) {
      const isPicture = element.querySelector("img")
      this.writer.within("figure", { class: isPicture ? "image" : "" }, () => this.children(element, formats))
    }

    readContainer(element, formats) {
      const tag = element.localName
      this.writer.within(tag, {}, () => this.children(element, formats))
    }

    // --- pictures, and what stays behind ------------------------------------------------------

    readPicture(element, formats) {
      const alt = wordsOf(element.getAttribute("alt") ?? "")
      if (element.getAttribute("aria-roledescription") === "checkbox") return
      if (/^\p{Extended_Pictographic}[\p{Extended_Pictographic}\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]*$/u.test(alt)) {
        return this.writer.text(alt, formats)
      }
      if (Math.max(element.getAttribute("width") || 9, element.getAttribute("height") || 9) <= 2) return
      const picture = this.pictures.take(element, this.source)
      if (!picture) return void this.left.pictures.push(alt)
      const image = this.writer.element("img", picture)
      image.setAttribute("alt", alt)
      this.writer.object(image, formats.filter(format => format.tag === "a"))
    }

    readShown(element, formats) {
      const source = element.getAttribute("src") || element.getAttribute("data")
        || element.querySelector?.("source")?.getAttribute("src") || ""
      if (!/^https?:/.test(source)) return void this.left.pictures.push("")
      this.writer.text(
        element.title || source, [...formats, { key: `a ${source}`, tag: "a", attributes: { href: source } }],
      )
    }

    readDrawing(element) {
      this.left.pictures.push(element.getAttribute("alt") ?? "")
    }

    readField(element) {
      if (element.type !== "hidden") this.left.fields += 1
    }

    readFormula(element, formats) {
      this.writer.text(element.getAttribute("alttext") || element.textContent, formats)
    }

    tidy() {
      const { root } = this.writer
      for (const element of root.querySelectorAll("[data-pasted]")) element.removeAttribute("data-pasted")
      // A caption stays without its picture.
      for (const figure of root.querySelectorAll("figure.image")) {
        if (figure.querySelector("img")) continue
        for (const caption of figure.querySelectorAll("figcaption")) {
          const words = this.writer.element("p")
          words.append(...caption.childNodes)
          caption.replaceWith(words)
        }
        figure.replaceWith(...figure.childNodes)
      }
    }
  }

  Reader.READERS = {
    a: "readLink", p: "readParagraph", blockquote: "readQuote", pre: "readVerbatim", listing: "readVerbatim",
    hr: "readRule", br: "readBreak", figure: "readFigure", figcaption: "readContainer", ul: "readList", ol: "readList",
    li: "readItem", table: "readTable", thead: "readTablePart", tbody: "readTablePart", tfoot: "readTablePart",
    tr: "readTablePart", caption: "readTablePart", td: "readCell", th: "readCell", dl: "readContainer",
    dt: "readContainer", dd: "readContainer", details: "readContainer", summary: "readContainer", img: "readPicture",
    iframe: "readShown", video: "readShown", audio: "readShown", embed: "readShown", object: "readShown",
    canvas: "readDrawing", "v:shape": "readDrawing", "v:group": "readDrawing", input: "readField",
    select: "readField", textarea: "readField", math: "readFormula", "cw-note": "readNote",
  }

  /** An alternative text without what Word adds of itself. */
  function wordsOf(alt) {
    return alt.replace(/\s*(Description automatically generated|AI-generated content may be incorrect\.)[^]*$/, "")
      .replace(/\s+/g, " ").trim()
  }

  CKEDITOR.plugins.add("pastedhtml", {
    requires: "pastedwriter,pastednotes,pastedlists,pastedtables",
    /** `html` as the plain HTML of an article, and what could not come along. */
    read(html, pictures) {
      const { withLists } = CKEDITOR.plugins.get("pastedlists")
      const { withTables } = CKEDITOR.plugins.get("pastedtables")
      const Whole = withTables(withLists(Reader))
      return new Whole(html, pictures).read()
    },
  })
})()
