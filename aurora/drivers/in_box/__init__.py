"""Code that runs inside the sandbox, standard library only; the image carries a copy under /opt/aurora/in_box."""
