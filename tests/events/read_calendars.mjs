// Reads calendar files, a JSON list on standard input, with ical.js: of each it writes the start and
// the end of its event, in seconds of Unix time, by the time zones that the file itself describes.
import { readFileSync } from "node:fs";
import ICAL from "../../node_modules/ical.js/dist/ical.js";

const moments = JSON.parse(readFileSync(0, "utf8")).map((text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  return [event.startDate.toUnixTime(), event.endDate.toUnixTime()];
});
process.stdout.write(JSON.stringify(moments));
