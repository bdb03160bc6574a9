/** Limits of a picture of a report: it fits a page and stays sharp on it. */
export const PAGE_LIMITS = { width: 1200, height: 1300, pixelsPerVoxel: 8 };

/**
 * Size of a pixel in mm for a montage: as small as the page allows, and no smaller than an eighth of a voxel.
 * @param widthsMm Widths of its columns; `heightsMm` of its rows.
 */
export function pixelSizeMm(
  widthsMm: readonly number[],
  heightsMm: readonly number[],
  voxelMm: number,
  gap: number,
): number {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return Math.max(
    sum(widthsMm) / (PAGE_LIMITS.width - gap * (widthsMm.length + 1)),
    sum(heightsMm) / (PAGE_LIMITS.height - gap * (heightsMm.length + 1)),
    voxelMm / PAGE_LIMITS.pixelsPerVoxel,
  );
}
