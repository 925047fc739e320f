"""One loaded network behind `Engine`. Only here an interpreter. Knows no poses, labels or manifests."""
