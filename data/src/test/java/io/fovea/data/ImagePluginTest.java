package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.base.DataOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Formats that a plug-in of ImageIO decodes; registered for all of the JVM. */
@Isolated
class ImagePluginTest {
  @TempDir Path folder;

  private static final byte[] FILE = "TOY picture".getBytes(StandardCharsets.US_ASCII);

  /** A format whose files begin with TOY and show one red pixel. */
  private static final class ToySpi extends ImageReaderSpi {
    private final boolean isFull;

    ToySpi(boolean isFull) {
      super(
          "test",
          "1",
          new String[] {"toy"},
          new String[] {"toy"},
          new String[] {"image/x-toy"},
          ToyReader.class.getName(),
          new Class<?>[] {ImageInputStream.class},
          null,
          false,
          null,
          null,
          null,
          null,
          false,
          null,
          null,
          null,
          null);
      this.isFull = isFull;
    }

    @Override
    public boolean canDecodeInput(Object source) throws IOException {
      ImageInputStream in = (ImageInputStream) source;
      in.mark();
      boolean isToy = in.read() == 'T' && in.read() == 'O' && in.read() == 'Y';
      in.reset();
      return isToy;
    }

    @Override
    public ImageReader createReaderInstance(@Nullable Object extension) {
      return new ToyReader(this, isFull);
    }

    @Override
    public String getDescription(@Nullable Locale locale) {
      return "toy";
    }
  }

  private static final class ToyReader extends ImageReader {
    private final boolean isFull;

    ToyReader(ImageReaderSpi spi, boolean isFull) {
      super(spi);
      this.isFull = isFull;
    }

    @Override
    public int getNumImages(boolean search) {
      return 1;
    }

    @Override
    public int getWidth(int index) {
      return 1;
    }

    @Override
    public int getHeight(int index) {
      return 1;
    }

    @Override
    public Iterator<ImageTypeSpecifier> getImageTypes(int index) {
      return List.<ImageTypeSpecifier>of().iterator();
    }

    @Override
    public @Nullable IIOMetadata getStreamMetadata() {
      return null;
    }

    @Override
    public @Nullable IIOMetadata getImageMetadata(int index) {
      return null;
    }

    @Override
    public BufferedImage read(int index, @Nullable ImageReadParam param) {
      if (isFull) {
        throw new OutOfMemoryError("Java heap space");
      }
      BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
      picture.setRGB(0, 0, 0xff0000);
      return picture;
    }
  }

  @Test
  void read_formatOfAPlugin_isDecodedWhileThePluginIsThere() throws IOException {
    ToySpi plugin = new ToySpi(false);
    IIORegistry registry = IIORegistry.getDefaultInstance();
    registry.registerServiceProvider(plugin);
    try {
      assertThat(Images.read(FILE, "toy").pixels()).containsExactly(-1, 0, 0);
      assertThat(Images.pixels(FILE, "toy")).isEqualTo(1);
    } finally {
      registry.deregisterServiceProvider(plugin);
    }
    assertThatThrownBy(() -> Images.read(FILE, "toy"))
        .hasMessage(
            "image toy: expects a PNG, JPEG, BMP or GIF file, got one that begins with bytes 54 4f 59"
                + " 20; convert it");
  }

  /** A full heap is not a fault of the file whose turn it was. */
  @Test
  void open_heapIsFull_endsInsteadOfSkippingSoundFiles() throws IOException {
    for (String label : List.of("a", "b")) {
      for (int i = 0; i < 3; i++) {
        Path file = folder.resolve("set").resolve(label).resolve(i + ".png");
        Files.createDirectories(file.getParent());
        Files.write(file, FILE);
      }
    }
    ToySpi plugin = new ToySpi(true);
    IIORegistry registry = IIORegistry.getDefaultInstance();
    registry.registerServiceProvider(plugin);
    try {
      for (DataOptions options :
          List.of(DataOptions.standard(), DataOptions.standard().withChannels(3))) {
        assertThatThrownBy(
                () -> DataSets.open(folder.resolve("set").toString(), options.withSkipBroken(true)))
            .isInstanceOf(OutOfMemoryError.class);
      }
      Path one = folder.resolve("set/a/0.png");
      assertThatThrownBy(() -> Images.read(one))
          .hasMessage(
              "image %s: expects a picture that fits into memory, got one that does not; scale it down, or give more: FOVEA_JAVA_OPTS=-Xmx8g"
                  .formatted(one));
    } finally {
      registry.deregisterServiceProvider(plugin);
    }
  }
}
