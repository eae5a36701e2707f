package io.fovea.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.format.tensors.RawFile;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
  private static final String CURE = "; rename tensors, or skip weights to leave them as they are";

  private final Graph graph = Network.input(1, 1, 2).flatten().dense(2).dense(1).graph();
  private final Weights fresh = Weights.initial(graph, Initializer.he(), 5);

  @TempDir Path folder;
  private Path foreign = Path.of("");

  /** As another framework might have written it: other names, doubles, a counter and a short. */
  @BeforeEach
  void writeForeignFile() throws IOException {
    foreign =
        RawFile.write(
            folder,
            """
            {"count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
            "body.0.weight":{"dtype":"F64","shape":[2,2],"data_offsets":[8,40]},\
            "body.0.bias":{"dtype":"F32","shape":[2],"data_offsets":[40,48]},\
            "fc.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[48,56]},\
            "fc.bias":{"dtype":"I16","shape":[1],"data_offsets":[56,58]}}""",
            RawFile.join(
                RawFile.longs(9),
                RawFile.doubles(1, 2, 3, 0.1),
                RawFile.floats(5, 6),
                RawFile.floats(7, 8),
                new byte[2]));
  }

  private void refuses(Fitting fitting, String message) {
    assertThatThrownBy(() -> WeightsFile.read(foreign).fit(graph, fresh, fitting))
        .isInstanceOf(FormatException.class)
        .hasMessage("file.safetensors: does not fit the network: " + message + CURE);
  }

  @Test
  void read_fileWithoutOurMetadata_givesNamesShapesAndValues() throws FormatException {
    WeightsFile file = WeightsFile.read(foreign);

    assertThat(file.names())
        .containsExactly("count", "body.0.weight", "body.0.bias", "fc.weight", "fc.bias");
    assertThat(file.shape("body.0.weight")).containsExactly(2L, 2L);
    assertThat(file.shape("count")).isEmpty();
    assertThat(file.values("body.0.weight")).containsExactly(1, 2, 3, 0.1f);
    assertThatThrownBy(() -> file.values("fc.bias"))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "file.safetensors: read: tensor \"fc.bias\" is I16, expected F16, BF16, F32 or F64; convert it where it was written");
    assertThatThrownBy(() -> file.values("body.1.weight"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file.safetensors: has no tensor \"body.1.weight\"; it has [count, body.0.weight, body.0.bias, fc.weight, fc.bias]");
  }

  @Test
  void fit_renamesAndSkips_takesTheRestFresh() throws FormatException {
    Fitting fitting =
        Fitting.exact()
            .rename("body.0", "dense1")
            .rename("fc.weight", "dense2.weight")
            .skip("dense2.bias")
            .skip("fc.*")
            .skip("coun?");

    Weights fitted = WeightsFile.read(foreign).fit(graph, fresh, fitting);

    assertThat(fitted.values("dense1.weight")).containsExactly(1, 2, 3, 0.1f);
    assertThat(fitted.values("dense1.bias")).containsExactly(5, 6);
    assertThat(fitted.values("dense2.weight")).containsExactly(7, 8);
    assertThat(fitted.values("dense2.bias")).isEqualTo(fresh.values("dense2.bias"));
  }

  @Test
  void fit_whatDoesNotFit_listsEveryMisfit() {
    Fitting names = Fitting.exact().rename("body.0", "dense1").rename("fc", "dense2");
    refuses(
        Fitting.exact(),
        "dense1.weight is missing, expected 2x2; dense1.bias is missing, expected 2; dense2.weight is missing, expected 1x2; dense2.bias is missing, expected 1; count (a single number) is not in the network; body.0.weight (2x2) is not in the network; body.0.bias (2) is not in the network; fc.weight (1x2) is not in the network; fc.bias (1) is not in the network");
    refuses(
        Fitting.exact().rename("body.0", "dense2").rename("fc", "dense1").skip("count"),
        "dense1.weight (in the file fc.weight) is 1x2, expected 2x2; dense1.bias (in the file fc.bias) is 1, expected 2; dense2.weight (in the file body.0.weight) is 2x2, expected 1x2; dense2.bias (in the file body.0.bias) is 2, expected 1");
    refuses(
        names.skip("count"),
        "dense2.bias (in the file fc.bias) has type I16, expected F16, BF16, F32 or F64");
    refuses(
        names.rename("head", "dense2").skip("dense2.bias").skip("count").skip("conv*"),
        "the rename of \"head\" matches no tensor; the pattern \"conv*\" matches no weight");
    Fitting meeting = Fitting.exact().rename("body.0", "dense1").rename("fc.weight", "dense1.bias");
    refuses(
        meeting.skip("dense2*").skip("count").skip("fc*"),
        "dense1.bias comes from both body.0.bias and fc.weight");
  }

  @Test
  void fit_thousandsOfMisfits_listsAHundred() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 1000; i++) {
      header.append(
          "\"t%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},".formatted(i));
    }
    header.setCharAt(header.length() - 1, '}');
    Path file = RawFile.write(folder, header.toString(), new byte[0]);

    assertThatThrownBy(() -> WeightsFile.read(file).fit(graph, fresh, Fitting.exact()))
        .hasMessageContaining("t95 (0) is not in the network; and 904 more; rename");
  }

  @Test
  void fit_checkpoint_looksAtItsWeightsAlone() throws FormatException {
    Path file = folder.resolve("checkpoint.safetensors");
    Checkpoints.write(ExampleRuns.checkpoint(), ExampleRuns.network(), file);
    Graph example = ExampleRuns.network().graph();

    WeightsFile read = WeightsFile.read(file);
    Weights fitted =
        read.fit(example, Weights.initial(example, Initializer.he(), 99), Fitting.exact());

    assertThat(fitted.values("conv1.weight"))
        .isEqualTo(ExampleRuns.network().weights().values("conv1.weight"));
    assertThat(read.names())
        .containsExactlyInAnyOrderElementsOf(ExampleRuns.network().weights().names());
  }

  @Test
  void rename_nameTwiceOrEmpty_isRefused() {
    assertThatThrownBy(() -> Fitting.exact().rename("fc", "dense1").rename("fc", "dense2"))
        .hasMessage(
            "rename: expects two names, each old one once, got \"fc\" to \"dense2\"; give OLD and NEW");
    assertThatThrownBy(() -> Fitting.exact().rename("", "dense2"))
        .hasMessage(
            "rename: expects two names, each old one once, got \"\" to \"dense2\"; give OLD and NEW");
  }
}
