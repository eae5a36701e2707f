package io.fovea.cli;

import io.fovea.data.DataSplit;
import io.fovea.format.Models;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.Transfer;
import io.fovea.transfer.TransferListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

final class TrainPhotos {
  public static void main(String[] arguments) throws IOException {
    Backbone backbone = Backbone.openImages();
    DataSplit photos = backbone.open("photos");
    Transfer.Result result =
        Transfer.of(backbone)
            .seed(42)
            .timeLimit(Duration.ofMinutes(15))
            .listener(TransferListener.console())
            .fit(photos.train());
    Models.write(result.network(), Path.of("photos.safetensors"));
  }
}
