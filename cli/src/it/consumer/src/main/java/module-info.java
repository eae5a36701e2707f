/** A user's program. */
module com.example.digits {
  requires io.fovea.data;
  requires io.fovea.format;
}
