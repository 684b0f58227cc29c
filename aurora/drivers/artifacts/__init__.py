"""The port `ArtifactStore` over object storage."""
