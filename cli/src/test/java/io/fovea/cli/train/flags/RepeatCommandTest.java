package io.fovea.cli.train.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RepeatCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --model pooled --freeze conv1.* | --model pooled --freeze 'conv1.*'
          --model pooled --normalize unit | --model pooled
          --init-from x --normalize unit  | --normalize unit --init-from x
          --pretrained openimages         | --pretrained openimages
          --pretrained x --normalize unit | --pretrained x --normalize unit
          --pretrained openimages --fine-tune 20 --label-smoothing 0 --warmup 0 --clip 0 | --pretrained openimages --label-smoothing 0 --clip 0 --warmup 0 --fine-tune 20
          --pretrained openimages --model two-layer-cnn | --pretrained openimages --model two-layer-cnn
          --recipe photos --pretrained openimages --augment none --views 1 | --recipe photos --pretrained openimages --augment none --views 1
          --recipe mnist-best             | --recipe mnist-best
          --recipe mnist-best --lr auto --epochs 3 --l2 0 --schedule cosine | --recipe mnist-best --epochs 3 --lr auto --l2 0 --schedule cosine
          """)
  void of_leavesOutOnlyWhatItSetsAnyway(String flags, String expected) throws IOException {
    Settings settings = Settings.ofNewRun(given(flags));
    String command = RepeatCommand.of(settings, "my photos", RunConfig.NONE);
    assertThat(command).isEqualTo("fovea train 'my photos' " + expected);
    Map<String, String> all = new HashMap<>(settings.texts());
    Map<String, String> again =
        new HashMap<>(Settings.ofNewRun(given(expected.replace("'", ""))).texts());
    all.replace("normalize", "unit", "auto"); // its meaning if nothing else is stated
    again.replace("normalize", "unit", "auto");
    assertThat(again).isEqualTo(all);
  }

  private static Map<String, String> given(String flags) {
    return TrainFlags.given(new CommandLine(TrainFlags.TABLE.spec()).parseArgs(flags.split(" +")));
  }

  @Test
  void of_hasTheFlagsOfARecipesFileAndTheClustersCommand() throws IOException {
    Path recipe = folder.resolve("mine.json");
    Files.writeString(recipe, "{\"flags\": {\"model\": \"pooled\", \"grayscale\": \"on\"}}");
    Settings settings = Settings.ofNewRun(Map.of("recipe", recipe.toString()));
    Files.delete(recipe);
    assertThat(
            RepeatCommand.of(
                settings,
                "photos",
                new RunConfig(
                    "", "spark-train", "", "photos", Map.of(), Map.of("master", "local[2]"))))
        .isEqualTo("fovea spark-train photos --model pooled --grayscale --master 'local[2]'");
  }
}
