/** The parts of Node's `process` that are needed here; the engine itself is written without Node's types. */
interface HostProcess {
  readonly platform: string;
  readonly env: Record<string, string | undefined>;
  dlopen(module: { exports: object }, path: string, flags: number): void;
}

const RTLD_LAZY = 1;
const RTLD_NODELETE = 0x1000;

/** Where Debian's Chromium package keeps a Vulkan loader and SwiftShader, Vulkan in software. */
const LOADERS = ["libvulkan.so.1", "/usr/lib/chromium/libvulkan.so.1"];
const DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/**
 * Lets the `webgpu` device of this process find a software Vulkan driver beside the real ones, for tests on machines
 * without a GPU. Must run before the first session on `webgpu`: the adapters are looked for once. Not needed on
 * macOS and Windows. Says what it found.
 */
export function offerSoftwareAdapter(): string {
  const host = (globalThis as { process?: HostProcess }).process;
  if (host?.platform !== "linux") return "not Linux, nothing to offer";
  host.env.VK_ADD_DRIVER_FILES ??= DRIVER;
  const found = LOADERS.find((path) => {
    try {
      host.dlopen({ exports: {} }, path, RTLD_LAZY + RTLD_NODELETE); // NODELETE: it stays although it is no addon
      return true;
    } catch (error) {
      return error instanceof Error && /did not self-register/.test(error.message);
    }
  });
  return found === undefined ? `no Vulkan loader in ${LOADERS.join(", ")}` : `Vulkan loader ${found}`;
}
