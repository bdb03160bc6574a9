import { html, type Markup } from "../../report-page/html.ts";

/** What the report rests on; the data set by its name alone, because its authors say how it is cited. */
export function references(dataset: string): Markup {
  return html`<h2>References</h2>
<ul>
<li>A. Zhao, G. Balakrishnan, F. Durand, J. V. Guttag, A. V. Dalca: Data augmentation using learned transformations for one-shot medical image segmentation. CVPR 2019, pages 8543–8553.</li>
<li>G. Balakrishnan, A. Zhao, M. R. Sabuncu, J. Guttag, A. V. Dalca: VoxelMorph: a learning framework for deformable medical image registration. IEEE Transactions on Medical Imaging 38(8), 2019, pages 1788–1800.</li>
<li>S. Holm: A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 1979, pages 65–70.</li>
<li>Data set: ${dataset}.</li>
</ul>`;
}
