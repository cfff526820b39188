/*
 * On an event's page: its time in the visitor's own zone, beside the organizer's, where it differs.
 * In a month: which day is today, by the calendar of the site's zone. The server does not mark it,
 * so that the page can be kept as it is for days.
 * The pages say all there is to know without this; nothing is sent or kept.
 */
for (const month of document.querySelectorAll(".month[data-zone]")) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: month.dataset.zone, year: "numeric", month: "2-digit", day: "2-digit",
  }).formatToParts(new Date());
  const { year, month: number, day } = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  for (const place of document.querySelectorAll(`[data-day="${year}-${number}-${day}"]`)) {
    const said = document.createElement("span");
    said.className = "today";
    said.textContent = "Today";
    if (place.matches("li")) {
      place.querySelector(".event-when").prepend(said, " ");
    } else {
      place.closest("td").setAttribute("aria-current", "date");
      place.append(" ", said);
    }
  }
}
for (const line of document.querySelectorAll(".own-time")) {
  const [start, end] = [line.dataset.starts, line.dataset.ends].map((text) => new Date(text));
  const clock = (timeZone) =>
    new Intl.DateTimeFormat("en-US", { timeZone, dateStyle: "short", timeStyle: "short" });
  const differs = [start, end].some(
    (moment) => clock(line.dataset.zone).format(moment) !== clock(undefined).format(moment),
  );
  if (differs) {
    const words = new Intl.DateTimeFormat("en-US", {
      weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit",
      timeZoneName: "short",
    });
    const said = words
      .formatRange(start, end)
      .replaceAll(" at ", ", ")
      .replace(/\b([AP])M\b/g, (_, half) => `${half.toLowerCase()}.m.`);
    line.textContent = `In your time zone: ${said}`;
    line.hidden = false;
  }
}
