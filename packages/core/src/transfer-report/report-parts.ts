/** All that a report is made of, in one place, so that it can be loaded when a report is written and not before. */
export { transferCsv } from "./transfer-csv.ts";
export { transferReport } from "./transfer-report.ts";
export { transferStatistics } from "./transfer-statistics.ts";
export { transferTable, transferValue } from "./transfer-table.ts";
