/** The fovea command line: training, evaluation, prediction, reports, serving. */
module io.fovea.cli {
  requires info.picocli;
  requires io.fovea.core;
  requires io.fovea.data;
  requires io.fovea.format;
  requires io.fovea.http;
  requires io.fovea.serve;
  requires io.fovea.source;
  requires io.fovea.studio;
  requires io.fovea.replay;
  requires io.fovea.transfer;
  requires java.management;
  requires tools.jackson.databind;
  requires static java.desktop; // for io.fovea.data: see there
  requires static org.jspecify;

  opens io.fovea.cli.command to
      info.picocli;
  opens io.fovea.cli.command.base to
      info.picocli;
  opens io.fovea.cli.command.files to
      info.picocli;
  opens io.fovea.cli.command.finished to
      info.picocli;
  opens io.fovea.cli.command.machine to
      info.picocli;
  opens io.fovea.cli.command.use to
      info.picocli;
  opens io.fovea.cli.screen to
      info.picocli;
  opens io.fovea.cli.train.flags to
      info.picocli;

  uses io.fovea.cluster.Cluster;
}
