/*
 * Tables in what is pasted. Those that only arrange a page or a message become their contents.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const withTables = Base => class extends Base {
    readTable(element, formats) {
      const cells = [...element.querySelectorAll("td, th")].filter(cell => cell.closest("table") === element)
      const isLayout = cells.length < 2 || element.getAttribute("role") === "presentation"
        || element.querySelector("td table") !== null
      const inner = formats.filter(({ key }) => key !== "strong")
      if (isLayout) {
        element.dataset.cwLayout = "yes"
        return this.readBlock(element, formats)
      }
      this.writer.within("table", {}, () => this.children(element, inner))
    }

    isLayout(element) {
      const table = element.closest("table")
      return !table || Boolean(table.dataset.cwLayout)
    }

    readTablePart(element, formats) {
      if (this.isLayout(element)) return this.readBlock(element, formats)
      this.writer.within(element.localName, {}, () => this.children(element, formats))
    }

    readCell(element, formats) {
      if (this.isLayout(element)) return this.readBlock(element, formats)
      const isHead = element.localName === "th" || element.closest("thead")
      const spans = name => (element.getAttribute(name) > 1 ? element.getAttribute(name) : "")
      const heading = this.heading
      this.heading = Boolean(isHead)
      this.writer.within(isHead ? "th" : "td", {
        colspan: spans("colspan"),
        rowspan: spans("rowspan"),
        scope: isHead ? element.getAttribute("scope") || (element.closest("thead") ? "col" : "") : "",
        class: this.blockAttributes(element).class,
      }, () => this.children(element, this.format(element, formats)), true)
      this.heading = heading
    }
  }

  CKEDITOR.plugins.add("pastedtables", { withTables })
})()
