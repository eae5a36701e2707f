package io.fovea.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.CommandRun;
import io.fovea.cli.train.flags.TrainFlags;
import org.junit.jupiter.api.Test;

class TrainHelpTest {
  @Test
  void help_hasEachFlagOnce_inGroups() {
    String help = CommandRun.of("train", "--help").out();
    assertThat(help)
        .startsWith("Usage: fovea train [OPTIONS] [DATA]")
        .containsSubsequence(
            "\nData:\n",
            "--image-size",
            "\nNetwork:\n",
            "--model",
            "\nLearning:\n",
            "--epochs",
            "\nPretrained weights:\n",
            "--fine-tune",
            "\nOutput and process:\n",
            "--out");
    for (String flag : TrainFlags.TABLE.defaults().keySet()) {
      assertThat(help.split("\n {6}--" + flag + "[=\\[\n ]", -1)).as(flag).hasSize(2);
    }
  }
}
