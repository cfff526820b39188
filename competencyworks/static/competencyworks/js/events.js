/*
 * On an event's page: its time in the visitor's own zone, beside the organizer's, where it differs.
 * The page says all there is to know without this; nothing is sent or kept.
 */
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
