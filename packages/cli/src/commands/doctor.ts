import { freemem, totalmem } from "node:os";
import { type Forecast, resolveConfig } from "@voxelsmith/core";
import { Command } from "commander";
import type { App } from "../app.ts";
import { addDatasetOptions, type DatasetOptions, manifestFrom, namesData } from "../dataset-options.ts";
import { readBytes } from "../files.ts";
import { addOutputOptions, addSettingsOptions, type OutputOptions, type SettingsOptions } from "../options.ts";
import { duration } from "../progress.ts";

type DoctorOptions = DatasetOptions & SettingsOptions & OutputOptions;

/** Whether this machine can do the job, and with a data set, how long and how much memory it will take. */
export function doctorCommand(app: App): Command {
  const command = new Command("doctor").description("look at this machine; with data, forecast time and memory");
  addOutputOptions(addSettingsOptions(addDatasetOptions(command))).action(async (options: DoctorOptions) => {
    const reporter = app.reporter(options);
    const devices = await app.stages.devices();
    const config = resolveConfig({
      preset: options.preset ?? "fast",
      seed: options.seed ?? 1,
      device: options.device ?? "cpu",
      threads: options.threads ?? app.threads,
      assignments: options.set ?? [],
    });
    const environment = app.environment(config.device, config.threads);
    const manifest = namesData(options) ? await manifestFrom(options) : undefined;
    const forecast = manifest === undefined ? undefined : await app.stages.forecast(config, manifest, readBytes);
    const lines = [
      `voxelsmith ${environment.voxelsmith}, ${environment.runtime}, ${environment.platform}`,
      `processor: ${environment.processor}, ${app.threads} threads`,
      `memory: ${gigabytes(totalmem())}, ${gigabytes(freemem())} free`,
      ...devices.map(
        ({ device, available, reason }) =>
          `${device}: ${available ? "works" : `not here (${oneLine(reason ?? "unknown")})`}`,
      ),
    ];
    if (manifest !== undefined) {
      const { atlases, unlabeled, validation, test } = manifest;
      lines.push(
        `data: ${manifest.name}, ${atlases.length} atlas, ${unlabeled.length} unlabeled, ${validation.length} validation, ${test.length} test scans`,
      );
    }
    if (forecast !== undefined) lines.push(...forecastLines(forecast));
    const value = { environment, devices, ...(forecast === undefined ? {} : { forecast }) };
    reporter.result(value, lines.join("\n"));
  });
  return command;
}

function forecastLines({ seconds, memoryBytes, stages }: Forecast): string[] {
  const room = memoryBytes > freemem() ? ", more than is free now" : "";
  return [
    `forecast: about ${duration(seconds)}, about ${gigabytes(memoryBytes)} of memory${room}`,
    ...stages.map((stage) => `  ${stage.stage}: about ${duration(stage.seconds)}`),
  ];
}

/** Runtimes tell reasons over several lines. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
