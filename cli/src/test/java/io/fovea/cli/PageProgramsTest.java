package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The Java programs of the pages are compiled and run as the pages say, in the order of the page,
 * on made-up photos and digits. ConsumerTest runs the first one of docs/java.md on real MNIST.
 */
@Timeout(600)
class PageProgramsTest {
  @TempDir Path folder;

  /**
   * A program with a small untrained network as its pretrained one, trained for two epochs, and
   * digits of the tests in place of MNIST.
   */
  private static String withoutDownload(String program) {
    String small =
        program
            .replace("Transfer.of(backbone)", "Transfer.of(backbone).epochs(2)")
            .replace("DataSets.mnist()", "DataSets.open(\"digits\")");
    return small.replace(
        "Backbone.openImages()",
        """
        Backbone.of(io.fovea.network.Zoo.RESNET8.network(io.fovea.data.DataSets.open("photos",
            io.fovea.data.base.DataOptions.standard().withImageSize(new io.fovea.data.base.ImageSize(32, 32)))
            .train(), 1L))""");
  }

  @ParameterizedTest
  @FieldSource("io.fovea.cli.PagePrograms#PAGES")
  void programs_ofAPage_compile(String page) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("-d", folder.resolve("classes").toString(), "-cp", PagePrograms.classPath()));
    for (PagePrograms.Block block : PagePrograms.blocks(page)) {
      Path file = folder.resolve(block.file());
      arguments.add(Files.writeString(file, withoutDownload(block.code())).toString());
    }
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int exit = javac.run(out, out, arguments.toArray(String[]::new));
    assertThat(exit).as("%s", said).isZero();
  }

  @Tag("gate") // most of a minute
  @ParameterizedTest
  @FieldSource("io.fovea.cli.PagePrograms#PAGES")
  void programs_ofAPage_runAndPrintWhatItShows(String page)
      throws IOException, InterruptedException {
    SmallData.idxFolder(folder.resolve("digits"), 500);
    Files.copy(Path.of("../docs/images/seven.png"), folder.resolve("seven.png"));
    SmallData.pictureFolder(folder.resolve("photos"), 12);
    SmallData.pictureFolder(folder.resolve("unsorted"), 4);
    Files.copy(folder.resolve("photos/ring/p0.png"), folder.resolve("photo.jpg"));
    Files.createDirectory(folder.resolve("run"));
    Files.copy(PhotographedDigits.MODEL, folder.resolve("run/best.safetensors"));
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      csv.append("photos/bar/p%d.png,bar;any\nphotos/cross/p%d.png,any\n".formatted(i, i));
    }
    Files.writeString(folder.resolve("photos.csv"), csv);
    for (PagePrograms.Block block : PagePrograms.blocks(page)) {
      assertThat(block.isProgram()).as(block.code()).isTrue();
      assertThat(block.code().lines()).as(block.file()).hasSizeLessThanOrEqualTo(30);
      assertPrintsWhatThePageShows(block, withoutDownload(block.code()));
    }
  }

  private void assertPrintsWhatThePageShows(PagePrograms.Block block, String code)
      throws IOException, InterruptedException {
    String output = PagePrograms.run(folder, block.file(), code, PagePrograms.classPath());
    if (!block.output().isEmpty()) {
      assertThat(PagePrograms.withoutNumbers(output))
          .isEqualTo(PagePrograms.withoutNumbers(block.output()));
    }
  }
}
