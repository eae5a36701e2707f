package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.data.Images;
import io.fovea.dataset.Framing;
import io.fovea.dataset.Image;
import io.fovea.format.Models;
import io.fovea.inference.Classifier;
import io.fovea.inference.Prediction;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing.Fitted;
import io.fovea.serve.PredictionServer;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographed digits are read right by what predict, serve and the studio share, and each of the
 * three uses it.
 */
class PhotographedDigitsTest {
  private static final long SEED = 28;

  @TempDir Path folder;

  @Test
  void classify_photographedDigits_readsAtLeast95In100() throws IOException {
    PhotographedDigits made = PhotographedDigits.of(SEED, every(1, 200));
    Network network = Models.load(PhotographedDigits.MODEL);
    assertThat(network.preprocessing().framing()).isEqualTo(Framing.DIGIT);
    List<Fitted> fitted =
        made.photos().parallelStream()
            .map(photo -> network.preprocessing().fitted(photo, network.graph().input()))
            .toList();
    List<Prediction> answers;
    try (Classifier classifier = Classifier.of(network, 2, KernelSet.fastest())) {
      answers = classifier.classify(fitted.stream().map(Fitted::image).toList());
    }
    List<String> wrong =
        IntStream.range(0, answers.size())
            .filter(n -> !answers.get(n).label().equals(made.labels().get(n)))
            .mapToObj(n -> n + ": " + made.labels().get(n) + " as " + answers.get(n).label())
            .toList();
    assertThat(wrong).hasSizeLessThanOrEqualTo(10);
    assertThat(fitted.stream().filter(each -> each.doubt().isPresent()))
        .hasSizeLessThanOrEqualTo(4);
  }

  /** {@code count} multiples of {@code step}, from 0 on. */
  private static List<Integer> every(int step, int count) {
    return Stream.iterate(0, n -> n + step).limit(count).toList();
  }

  /** Ten photographs, their labels as the shared implementation reads them. */
  private static List<String> expected(PhotographedDigits some) throws IOException {
    try (Classifier classifier =
        Classifier.of(Models.load(PhotographedDigits.MODEL), 1, KernelSet.REFERENCE)) {
      return classifier.classify(some.photos()).stream().map(Prediction::label).toList();
    }
  }

  private static PhotographedDigits some() throws IOException {
    return PhotographedDigits.of(SEED, every(19, 10));
  }

  @Test
  void predictServeAndStudio_photographs_areReadAlike() throws Exception {
    PhotographedDigits some = some();
    List<String> expected = expected(some);
    assertThat(predict(some)).isEqualTo(expected);
    assertThat(serve(some)).isEqualTo(expected);
    assertThat(studio(some)).isEqualTo(expected);
    assertThat(IntStream.range(0, 10).filter(n -> expected.get(n).equals(some.labels().get(n))))
        .hasSizeGreaterThanOrEqualTo(9);
  }

  private List<String> predict(PhotographedDigits some) throws IOException {
    List<String> args = new ArrayList<>(List.of("predict", PhotographedDigits.MODEL.toString()));
    for (int n = 0; n < some.photos().size(); n++) {
      Path file = folder.resolve(n + ".png");
      Images.write(some.photos().get(n), file);
      args.add(file.toString());
    }
    CommandRun run = CommandRun.of(args);
    assertThat(run.exit()).as(run.err()).isZero();
    return run.out().lines().map(line -> line.split(" +", -1)[1]).toList();
  }

  private static List<String> serve(PhotographedDigits some) throws Exception {
    try (PredictionServer server = PredictionServer.of(PhotographedDigits.MODEL).port(0).start()) {
      return labels(server.url() + "/predict", some);
    }
  }

  private static List<String> labels(String address, PhotographedDigits some) throws IOException {
    List<String> labels = new ArrayList<>();
    for (Image photo : some.photos()) {
      String answer = post(address, Images.png(photo));
      Matcher label = Pattern.compile("\"label\":\"(.)\"").matcher(answer);
      assertThat(label.find()).as(answer).isTrue();
      labels.add(label.group(1));
    }
    return labels;
  }

  /** The answer with its headers; the studio wants to be asked by its own pages. */
  private static String post(String address, byte[] body) throws IOException {
    URI to = URI.create(address);
    String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
    String head =
        """
        POST %s HTTP/1.1
        Host: %s
        Origin: http://%s
        Content-Length: %d
        Connection: close

        """
            .formatted(to.getRawPath() + query, to.getAuthority(), to.getAuthority(), body.length)
            .replace("\n", "\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.getPort())) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private List<String> studio(PhotographedDigits some) throws Exception {
    List<String> labels = new ArrayList<>();
    try (RealStudio studio = new RealStudio(folder.resolve("runs"), List.of(), new ArrayList<>())) {
      String address = URI.create(studio.url()).resolve("/api/inside/upload").toString();
      for (Image photo : some.photos()) {
        String answer = post(address, Images.png(photo));
        Matcher p = Pattern.compile("\"scores\":\\[([^\\]]*)\\]").matcher(answer);
        assertThat(p.find()).as(answer).isTrue();
        double[] all = Stream.of(p.group(1).split(",", -1)).mapToDouble(Double::valueOf).toArray();
        labels.add(
            IntStream.range(0, all.length)
                .boxed()
                .max((a, b) -> Double.compare(all[a], all[b]))
                .map(String::valueOf)
                .orElseThrow());
      }
      String plain = post(address, Images.png(Image.of(1, 90, 60, new byte[5400])));
      assertThat(plain).contains("\"doubt\":\"nothing stands out from the background\"");
      assertThat(post(address + "?frame=all", Images.png(some.photos().getFirst())))
          .contains("upload: expects frame digit, none or auto, got \\\"all\\\"");
    }
    return labels;
  }

  private Path plain() throws IOException {
    Path file = folder.resolve("plain.png");
    Images.write(Image.of(1, 90, 60, new byte[5400]), file);
    return file;
  }

  @Test
  void predict_plainPicture_isDoubted() throws IOException {
    String model = PhotographedDigits.MODEL.toString();
    String file = plain().toString();
    CommandRun run = CommandRun.of("predict", model, file);
    assertThat(run.exit()).isZero();
    assertThat(run.err())
        .contains(
            file
                + " does not look like the training images: nothing stands out from the background; fovea explain shows the model's input");
    assertThat(CommandRun.of("predict", model, file, "--json").out())
        .contains("\"doubt\":\"nothing stands out from the background\"");
    assertThat(CommandRun.of("predict", model, file, "--frame", "none").err())
        .contains("it is plain, nothing stands out from the background");
  }

  @Test
  void explain_photograph_showsItFramed() throws IOException {
    Path photo = folder.resolve("photo.png");
    Images.write(some().photos().getFirst(), photo);
    Path out = folder.resolve("out");
    String model = PhotographedDigits.MODEL.toString();
    CommandRun run = CommandRun.of("explain", model, photo.toString(), "--out", out.toString());
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).startsWith(expected(some()).getFirst() + " ");
    CommandRun plain = CommandRun.of("explain", model, plain().toString(), "--out", out.toString());
    assertThat(plain.err()).contains("does not look like the training images");
  }

  @Test
  void frame_unknownOrUnsuitable_isRefused() throws IOException {
    CommandRun unknown =
        CommandRun.of(
            "predict", PhotographedDigits.MODEL.toString(), plain().toString(), "--frame", "all");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("--frame: expects digit, none or auto, got \"all\"");
    Path colour = folder.resolve("colour.safetensors");
    Models.write(Network.of(Zoo.MLP.graph(Shape.of(3, 8, 8), 2), Initializer.he(), 1), colour);
    CommandRun unsuitable =
        CommandRun.of("predict", colour.toString(), plain().toString(), "--frame", "digit");
    assertThat(unsuitable.exit()).isEqualTo(2);
    assertThat(unsuitable.err())
        .contains(
            "--frame: digit expects a model of grey images on a dark background, got one with pixel/255; leave it out");
  }

  @Test
  void eval_folderOfPhotographs_framesThem() throws IOException {
    PhotographedDigits all = PhotographedDigits.of(SEED, every(1, 20));
    for (int n = 0; n < 20; n++) {
      Path test = folder.resolve("photos/test/" + all.labels().get(n));
      Path train = folder.resolve("photos/train/" + all.labels().get(n));
      Files.createDirectories(test);
      Files.createDirectories(train);
      Images.write(all.photos().get(n), test.resolve(n + ".png"));
      Images.write(all.photos().get(n), train.resolve(n + ".png"));
    }
    CommandRun run =
        CommandRun.of(
            "eval",
            PhotographedDigits.MODEL.toString(),
            folder.resolve("photos").toString(),
            "--json");
    assertThat(run.exit()).as(run.err()).isZero();
    Matcher accuracy = Pattern.compile("\"accuracy\":([0-9.]+)").matcher(run.out());
    assertThat(accuracy.find()).as(run.out()).isTrue();
    assertThat(Double.parseDouble(accuracy.group(1))).isGreaterThanOrEqualTo(0.9);
  }
}
