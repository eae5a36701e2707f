package io.fovea.train;

import static io.fovea.network.ConvOption.padding;
import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.dataset.FewImages;
import io.fovea.kernel.KernelSet;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.Layer;
import io.fovea.layer.Selu;
import io.fovea.layer.Softplus;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.optim.Adam;
import io.fovea.optim.Clipping;
import io.fovea.optim.Schedule;
import io.fovea.tensor.Shape;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A run has the recorded bits on every machine and on any number of threads. Its network has a
 * layer of every kind, with numbers of channels that fill no vector; its run has all that sums over
 * parameters.
 */
@EveryWidth
@Tag("bits")
class SameBitsTest {
  /** SHA-256 of the loss of each step, then of the weights. A change of bits is a change of it. */
  static final String RECORDED = "3fe2d05d5fadf742809951af8c7c127b459b7030b8067ca781d5d74c6ef963c0";

  private static final int IMAGES = 24;
  private static final Shape SHAPE = Shape.of(3, 12, 12);

  /** Prints the hash: for a Java without JUnit, as an emulated one. */
  public static void main(String[] arguments) throws NoSuchAlgorithmException {
    System.out.println(bits(1));
  }

  private static Graph graph() {
    return Network.input(3, 12, 12)
        .conv2d(20, 3, padding(1))
        .batchNorm2d()
        .relu()
        .as("a")
        .depthwiseConv2d(3, padding(1))
        .groupNorm(4)
        .silu()
        .conv2d(20, 1)
        .add("a")
        .leakyRelu()
        .localResponseNorm(3)
        .elu()
        .conv2d(17, 3, padding(1))
        .relu()
        .maxPool2d(2)
        .conv2d(24, 5, padding(2))
        .layerNorm2d()
        .gelu()
        .as("b")
        .channelShuffle(3)
        .hardSigmoid()
        .multiply("b")
        .channelSlice(3, 13)
        .concat("b")
        .layer(new ChannelAffine(true))
        .prelu()
        .zeroPad2d(1)
        .convTranspose2d(18, 4, 2)
        .mish()
        .avgPool2d(2)
        .upsample2d(2)
        .resize2d(9, 7)
        .hardSwish()
        .conv2d(33, 3, padding(1))
        .dropout2d(0.1)
        .clip(-2, 2)
        .as("c")
        .globalMaxPool2d()
        .as("d")
        .from("c")
        .globalAvgPool2d()
        .concat("d")
        .flatten()
        .dense(40)
        .layerNorm()
        .tanh()
        .dropout(0.1)
        .layer(new Selu())
        .layer(new Softplus())
        .dense(19)
        .sigmoid()
        .softmax()
        .dense(5)
        .graph();
  }

  private static FewImages images() {
    Draw draw = new Draw(7);
    int[] labels = new int[IMAGES];
    float[][] pixels = new float[IMAGES][];
    for (int n = 0; n < IMAGES; n++) {
      labels[n] = draw.between(0, 4);
      pixels[n] = new float[SHAPE.elements()];
      for (int i = 0; i < pixels[n].length; i++) {
        pixels[n][i] = draw.between(0, 255);
      }
    }
    return new FewImages("pictures", SHAPE, 5, labels, pixels);
  }

  private static String bits(int threads) throws NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    Network network = Network.of(graph(), Initializer.he(), 7);
    Trainer.of(network)
        .epochs(1)
        .batchSize(8)
        .seed(7)
        .threads(threads)
        .kernels(KernelSet.VECTOR)
        .l2(1e-3f)
        .clipping(Clipping.norm(1))
        .optimizer(Adam.decoupled(0.01f, 0.01f))
        .schedule(Schedule.cosine())
        .listener(
            Runs.onStep(
                (training, step) ->
                    sha.update(
                        ByteBuffer.allocate(Double.BYTES).putDouble(step.totalLoss()).array())))
        .fit(images());
    for (String name : network.weights().names()) {
      for (float value : network.weights().values(name)) {
        sha.update(ByteBuffer.allocate(Float.BYTES).putFloat(value).array());
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  @Test
  void fit_layersOfEveryKind_hasTheRecordedBits() throws NoSuchAlgorithmException {
    assertThat(bits(1)).isEqualTo(RECORDED);
  }

  @Test
  void fit_otherNumbersOfThreads_hasTheRecordedBits() throws NoSuchAlgorithmException {
    assertThat(bits(3)).isEqualTo(RECORDED);
    assertThat(bits(16)).isEqualTo(RECORDED);
  }

  @Test
  void graph_hasALayerOfEveryKind() {
    assertThat(graph().nodes())
        .extracting(node -> (Object) node.layer().getClass())
        .containsAll(kinds(Layer.class).filter(kind -> kind != Layer.Custom.class).toList());
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(SameBitsTest::kinds)
        : Stream.of(type);
  }
}
