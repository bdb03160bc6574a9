"""What both peers share: weights and inputs from a file, and a loop that runs one timed step for each line it reads."""

import json
import resource
import sys
import time

import torch


def load(folder):
    """Tensors that bench/worker.ts wrote: index.json names them, data.bin holds float32, little-endian."""
    with open(f"{folder}/index.json") as file:
        index = json.load(file)
    with open(f"{folder}/data.bin", "rb") as file:
        data = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    tensors = {}
    for entry in index["tensors"]:
        start, count = entry["offset"], entry["count"]
        tensors[entry["name"]] = data[start : start + count].clone().reshape(entry["shape"])
    return index, tensors


def assign(module, tensors):
    """Puts the tensors `parameters/<name>` into the module's parameters of the same names, each exactly once."""
    given = {name[len("parameters/") :]: value for name, value in tensors.items() if name.startswith("parameters/")}
    own = dict(module.named_parameters())
    assert set(own) == set(given), sorted(set(own) ^ set(given))
    with torch.no_grad():
        for name, parameter in own.items():
            assert parameter.shape == given[name].shape, name
            parameter.copy_(given[name])


def answer(step, index):
    """Says `ready`; answers `step` with {"ms", "cpuMs", "loss"} and `end` with {"peakMb", "version"}."""
    torch.set_num_threads(index["threads"])
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps({"peakMb": peak, "version": torch.__version__}), flush=True)
            return
        start, busy = time.perf_counter(), time.process_time()
        value = step()
        took = {"ms": (time.perf_counter() - start) * 1000, "cpuMs": (time.process_time() - busy) * 1000}
        print(json.dumps({**took, "loss": value.item()}), flush=True)


def serve(module, loss, index):
    """Answers with training steps: Adam as in the index."""
    optimizer = torch.optim.Adam(module.parameters(), lr=index["learningRate"], eps=1e-7)

    def step():
        optimizer.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimizer.step()
        return value

    answer(step, index)
