"""A contender's process: does its work for each line that comes in."""

import json
import resource
import sys
import time

import _contenders

name, work = sys.argv[1:3]
run = getattr(_contenders, name.replace("-", "_"))(work)
print("\n" + json.dumps({"ready": name}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    extra = run() or {}
    result = {"seconds": time.perf_counter() - start, **extra}
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("\n" + json.dumps(result), flush=True)
