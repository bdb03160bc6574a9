import type { ArmResults, ComparisonPictures, ReportPicture } from "../../compare/results.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";

/** The pictures with their captions, inside the page. */
export function pictures({ examples, scans, fields }: ComparisonPictures, arms: readonly ArmResults[]): Markup {
  if (examples === undefined && fields === undefined && scans.length === 0) return NOTHING;
  const titleOf = (name: string): string => arms.find((arm) => arm.name === name)?.title ?? name;
  return html`<h2>Pictures</h2>
${examples === undefined ? NOTHING : html`<h3>Synthesized examples</h3>${picture(examples, "Synthesized examples with their two targets.")}`}
${scans.length === 0 ? NOTHING : html`<h3>Best, median and worst test scan of each arm</h3>`}
${scans.map((one) => picture({ ...one, caption: `${titleOf(one.arm)}. ${one.caption}` }, `Truth and prediction of ${titleOf(one.arm)}.`))}
${fields === undefined ? NOTHING : html`<h3>Learned fields</h3>${picture(fields, "Learned displacement fields as deformed grids.")}`}`;
}

function picture({ png, caption }: ReportPicture, alternative: string): Markup {
  return html`<figure><img alt="${alternative}" src="data:image/png;base64,${base64(png)}"><figcaption>${caption}</figcaption></figure>
`;
}

/** Bytes a piece at a time: a call takes only so many arguments. */
function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
