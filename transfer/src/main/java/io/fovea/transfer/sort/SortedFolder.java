package io.fovea.transfer.sort;

import io.fovea.data.base.DataException;
import io.fovea.file.FolderDeletion;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** Copies photos into a folder for each class. */
public final class SortedFolder {
  private SortedFolder() {}

  /**
   * Copies photos, under a temporary name until all are there.
   *
   * @param sorted the class of each photo, whose path is kept below its class: no two clash
   */
  public static void write(Path folder, Map<Path, String> sorted, Path target)
      throws DataException {
    long classes = sorted.values().stream().distinct().count();
    if (classes < 2) {
      throw new DataException(
          "sort: expects photos of 2 classes or more, got %,d photos of %d; label some of another class"
              .formatted(sorted.size(), classes));
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new DataException(
          "sort: expects a folder that does not exist yet, got %s; give another name"
              .formatted(target));
    }
    Path whole = target.toAbsolutePath().normalize();
    Path part = whole.resolveSibling("." + whole.getFileName() + "-" + System.nanoTime() + ".part");
    try {
      for (Map.Entry<Path, String> entry : sorted.entrySet()) {
        Path copy = part.resolve(entry.getValue()).resolve(entry.getKey());
        Files.createDirectories(copy.resolveSibling(""));
        Files.copy(folder.resolve(entry.getKey()), copy);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      delete(part);
      boolean isNamed = failure instanceof FileSystemException; // by its file alone, or before it
      throw new DataException(
          "sort: the folder %s cannot be written: %s%s; free some space, or give another folder"
              .formatted(
                  target,
                  isNamed ? failure.getMessage() + ": " : "",
                  DataException.reason(failure)),
          failure);
    }
  }

  private static void delete(Path part) {
    try {
      FolderDeletion.delete(part);
    } catch (IOException stuck) {
      // The failure of the copy is the better message; a hidden folder is left.
    }
  }
}
