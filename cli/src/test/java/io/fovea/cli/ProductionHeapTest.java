package io.fovea.cli;

import static io.fovea.cli.CommandRun.fovea;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.format.Models;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.tensor.Shape;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags of docs/production.md and the heap of summary are enough for a network of photos. */
@Tag("gate")
@EnabledOnOs(OS.LINUX) // large pages are among the flags
class ProductionHeapTest {
  private static final int THREADS = 2;

  @TempDir static Path folder;
  private static String page = "";
  private static Path model = Path.of("");

  @BeforeAll
  static void writeModel() throws Exception {
    page = Files.readString(Path.of("../docs/production.md"));
    model = folder.resolve("mobilenet-v2.safetensors");
    Models.write(
        Network.of(Zoo.MOBILENET_V2.graph(Shape.of(3, 224, 224), 1000), Initializer.he(), 7),
        model);
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  /** The heap that the command of the page prints, in the unit of -Xmx. */
  private static String heap(int images) {
    String out = fovea("summary %s --batch %s --threads %s", model, images, THREADS).out();
    return first(out, "heap to set: (-Xmx\\d+m)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void heap_ofSummary_isEnough(int images) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String flags = first(page, "```\njava (-XX:.*?) \\.\\.\\.\n```").replace("\\\n", " ");
    command.addAll(Arrays.asList(flags.strip().split("\\s+")));
    command.addAll(List.of(heap(images), "--add-modules", "jdk.incubator.vector"));
    command.add("-cp");
    command.add(
        Path.of("target/test-classes")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path"));
    command.add(HeapProgram.class.getName());
    command.addAll(List.of(model.toString(), THREADS + "", images + ""));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", command, said).isZero();
    assertThat(said).contains(images + " predictions, 4");
  }
}
