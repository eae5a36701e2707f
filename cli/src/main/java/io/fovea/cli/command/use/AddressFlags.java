package io.fovea.cli.command.use;

import picocli.CommandLine.Option;

/** Where a server of this process listens. */
final class AddressFlags {
  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "Port to listen on; 0 lets the system choose, and it is printed (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on (default: 127.0.0.1). An address that other machines can reach needs --token.")
  String host = "127.0.0.1";

  AddressFlags(int port) {
    this.port = port;
  }
}
