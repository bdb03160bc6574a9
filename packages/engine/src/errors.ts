/** Shapes that do not fit, raised at the line that builds the graph. */
export class ShapeError extends Error {
  readonly op: string;

  constructor(op: string, expected: string, got: string) {
    super(`${op}: expected ${expected}, got ${got}`);
    this.name = "ShapeError";
    this.op = op;
  }
}

/** A graph that cannot be built, differentiated or compiled. */
export class GraphError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "GraphError";
  }
}

/** A device that is not there or refuses the graph. */
export class DeviceError extends Error {
  readonly device: string;

  constructor(device: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DeviceError";
    this.device = device;
  }
}
