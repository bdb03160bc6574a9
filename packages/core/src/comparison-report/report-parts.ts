/** All that a report is made of, in one place, so that it can be loaded when a report is written and not before. */
export { comparisonCsv } from "./comparison-csv.ts";
export { comparisonReport } from "./comparison-report.ts";
export { comparisonStatistics } from "./comparison-statistics.ts";
export { comparisonTable, comparisonValue } from "./comparison-table.ts";
