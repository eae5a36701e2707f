package io.fovea.rivals.measure;

/** The networks that every side builds in its own words; bench/README.md describes them. */
public enum Architecture {
  /** Two 5x5 convolutions and two dense layers: the zoo's two-layer-cnn. */
  TWO_LAYER("two-layer", "two-layer-cnn", 0.01f, true),
  /** The same with a ReLU and a 2x2 max pooling behind each convolution. */
  POOLED("pooled", "pooled", 0.05f, true),
  /** A residual network of eight layers with batch norm, on 32x32 colour images. */
  RESNET8("resnet8", "resnet8", 0.05f, false),
  /** The zoo's MobileNetV2 on photos of 224x224. */
  MOBILENET_V2("mobilenet-v2", "mobilenet-v2", 0.01f, false),
  /** The same with all frozen but the last block, the last convolution and the classifier. */
  MOBILENET_V2_LAST("mobilenet-v2-last", "mobilenet-v2", 0.01f, false),
  /** The zoo's ResNet-18 on photos of 224x224. */
  RESNET18("resnet18", "resnet18", 0.01f, false),
  /** The same with all frozen but the last block and the classifier. */
  RESNET18_LAST("resnet18-last", "resnet18", 0.01f, false),
  /** The zoo's EfficientNet-B0 on photos of 224x224. */
  EFFICIENTNET_B0("efficientnet-b0", "efficientnet-b0", 0.01f, false);

  private final String title;
  private final String zooTitle;
  private final float learningRate;
  private final boolean digits;

  Architecture(String title, String zooTitle, float learningRate, boolean digits) {
    this.title = title;
    this.zooTitle = zooTitle;
    this.learningRate = learningRate;
    this.digits = digits;
  }

  /** The name on the command line. */
  public String title() {
    return title;
  }

  /** The name in Fovea's zoo. */
  public String zooTitle() {
    return zooTitle;
  }

  /** The learning rate that trains it with momentum 0.9; two-layer diverges at 0.05. */
  public float learningRate() {
    return learningRate;
  }

  /** True for the networks of photos; they are compared in training alone. */
  public boolean readsPhotos() {
    return compareTo(RESNET8) > 0;
  }

  /** True where all weights but the last block's are frozen. */
  public boolean trainsLastBlock() {
    return this == MOBILENET_V2_LAST || this == RESNET18_LAST;
  }

  /** True if it learns MNIST; else random images with random labels. */
  public boolean learnsDigits() {
    return digits;
  }

  /** The network of that name. */
  public static Architecture named(String title) {
    for (Architecture architecture : values()) {
      if (architecture.title.equals(title)) {
        return architecture;
      }
    }
    throw new IllegalArgumentException(
        "network: expected two-layer, pooled, resnet8, mobilenet-v2, mobilenet-v2-last, resnet18, resnet18-last or efficientnet-b0, got \""
            + title
            + "\"");
  }
}
