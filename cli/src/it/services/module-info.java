/** A user's program that trains on photos and serves a model. */
module com.example.services {
  requires io.fovea.serve;
  requires io.fovea.transfer;
}
