import { html, type Markup, trusted } from "./html.ts";

/** A chart with its words below; a narrow screen scrolls it sideways. */
export function figure(svg: string, caption: string): Markup {
  return html`<figure><div class="scroll">${trusted(svg)}</div><figcaption>${caption}</figcaption></figure>
`;
}
