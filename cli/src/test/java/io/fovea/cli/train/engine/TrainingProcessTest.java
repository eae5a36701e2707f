package io.fovea.cli.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.cli.Fovea;
import org.junit.jupiter.api.Test;

class TrainingProcessTest {
  @Test
  void main_isTheClassOfTheCommandLine() {
    assertThat(TrainingProcess.MAIN).isEqualTo(Fovea.class.getName());
  }
}
