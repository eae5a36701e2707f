package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code mvnw} with a Maven that is a script, from a server of this test. */
@DisabledOnOs(OS.WINDOWS) // mvnw is a shell script
@Timeout(60)
class MavenWrapperTest {
  private static final String NAME = "apache-maven-9.9.9";

  private record Result(int exit, String output) {}

  @TempDir Path folder;
  private final AtomicInteger downloads = new AtomicInteger();
  private HttpServer server;
  private Path project;
  private Path installed;
  private byte[] archive;

  @BeforeEach
  void prepare() throws Exception {
    Path bin = Files.createDirectories(folder.resolve(NAME).resolve("bin"));
    script(bin.resolve("mvn"), "echo downloaded \"$@\"");
    assertThat(
            new ProcessBuilder("tar", "-czf", "maven.tar.gz", NAME)
                .directory(folder.toFile())
                .start()
                .waitFor())
        .isZero();
    archive = Files.readAllBytes(folder.resolve("maven.tar.gz"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          downloads.incrementAndGet();
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    server.start();
    project = folder.resolve("project");
    Files.createDirectories(project.resolve(".mvn/wrapper"));
    Files.copy(Path.of("..", "mvnw"), project.resolve("mvnw"));
    installed = Files.createDirectories(folder.resolve("installed"));
    script(installed.resolve("mvn"), "echo installed \"$@\"");
    properties(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void properties(String sum) throws IOException {
    String url = "http://127.0.0.1:%d/%s-bin.tar.gz".formatted(server.getAddress().getPort(), NAME);
    Files.writeString(
        project.resolve(".mvn/wrapper/maven-wrapper.properties"),
        "distributionUrl=" + url + "\ndistributionSha256Sum=" + sum + "\n");
  }

  private Result run(String path) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", project.resolve("mvnw").toString(), "a b", "verify");
    builder.environment().put("PATH", path);
    builder.environment().put("MAVEN_USER_HOME", folder.resolve("home").toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private Result run() throws IOException, InterruptedException {
    return run(installed + ":/usr/bin:/bin");
  }

  @Test
  void itsVersion_isDownloadedOnceAndUsed() throws Exception {
    assertThat(run())
        .isEqualTo(new Result(0, "mvnw: downloading " + NAME + ", once\ndownloaded a b verify\n"));
    server.stop(0);
    assertThat(run()).isEqualTo(new Result(0, "downloaded a b verify\n"));
    assertThat(downloads).hasValue(1);
    try (var left = Files.list(folder.resolve("home/wrapper/dists").resolve(NAME))) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void downloadOfAnotherSum_isNotUsed() throws Exception {
    String wanted = "0".repeat(64);
    properties(wanted);
    Result result = run();
    assertThat(result.exit()).isZero();
    assertThat(result.output())
        .containsPattern("the download has SHA-256 [0-9a-f]{64}, expected " + wanted + "; not used")
        .endsWith(
            "mvnw: using the installed Maven, "
                + installed.resolve("mvn")
                + "\ninstalled a b verify\n");
    try (var left = Files.list(folder.resolve("home/wrapper/dists").resolve(NAME))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void noServer_usesTheInstalledMavenOrErrorNamesTheCure() throws Exception {
    server.stop(0);
    assertThat(run().output())
        .contains("mvnw: could not download http://127.0.0.1:")
        .endsWith("installed a b verify\n");
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool :
        new String[] {"dirname", "basename", "readlink", "sed", "tr", "mkdir", "mktemp", "rm"}) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
    }
    Result none = run(tools.toString());
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.output())
        .endsWith(
            "mvnw: no Maven on the PATH either; install it (Debian: maven), or run again with a network\n");
  }
}
