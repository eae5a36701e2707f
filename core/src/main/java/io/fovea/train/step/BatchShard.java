package io.fovea.train.step;

/**
 * The images of one batch that one worker of a group computes: neighbours in the epoch's order, as
 * many as the other workers have, or one more.
 *
 * <pre>
 * from ceil(count * rank / size) to ceil(count * (rank + 1) / size)
 * </pre>
 *
 * So worker 0 always has an image. A worker without images computes the batch's first image, which
 * then does not count: its passes need an image, and all workers make the same calls.
 *
 * @param begin index of the first image in the batch
 * @param end past the last one
 * @param counts false where the image is another worker's
 */
public record BatchShard(int begin, int end, boolean counts) {
  public static BatchShard of(int count, int rank, int size) {
    int begin = edge(count, rank, size);
    int end = edge(count, rank + 1, size);
    return begin < end ? new BatchShard(begin, end, true) : new BatchShard(0, 1, false);
  }

  private static int edge(int count, int rank, int size) {
    return (int) (((long) count * rank + size - 1) / size);
  }

  public int count() {
    return end - begin;
  }
}
