package io.gradwatch.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.importance.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final ImageShape GRAY = new ImageShape(1, 4, 5);

  @Test
  void drawsASampleFromBlackToWhite() throws IOException {
    double[] values = new double[20];
    values[0] = -1;
    values[6] = 3;
    Picture picture = Picture.sample(GRAY, values);

    BufferedImage image = read(picture);
    assertThat(image.getWidth()).isEqualTo(5);
    assertThat(image.getHeight()).isEqualTo(4);
    assertThat(colour(image, 0, 0)).isEqualTo(0x000000);
    assertThat(colour(image, 1, 1)).isEqualTo(0xffffff);
    assertThat(colour(image, 4, 3)).isEqualTo(0x404040);
    assertThat(picture.from()).isEqualTo(-1);
    assertThat(picture.to()).isEqualTo(3);
  }

  @Test
  void drawsASampleOfOneValueInBlack() throws IOException {
    assertThat(colour(read(Picture.sample(GRAY, new double[20])), 2, 2)).isZero();
  }

  @Test
  void drawsThreeChannelsInColour() throws IOException {
    double[] values = new double[48];
    values[0] = 1; // red of the first pixel
    values[32 + 15] = 0.5; // blue of the last one
    BufferedImage image = read(Picture.sample(new ImageShape(3, 4, 4), values));

    assertThat(colour(image, 0, 0)).isEqualTo(0xff0000);
    assertThat(colour(image, 3, 3)).isEqualTo(0x000080);
  }

  @Test
  void drawsWeightsOnOneScaleFromBlueOverWhiteToOrange() throws IOException {
    Picture picture = Picture.weights(1, 2, 2, new float[] {-2, 2, 0, 1}, 2);

    BufferedImage image = read(picture);
    assertThat(colour(image, 0, 0)).isEqualTo(0x0b4f8a);
    assertThat(colour(image, 1, 0)).isEqualTo(0xb35806);
    assertThat(colour(image, 0, 1)).isEqualTo(0xf7f7f7);
    assertThat(colour(image, 1, 1)).isEqualTo(0xd5a87f);
    assertThat(picture.from()).isEqualTo(-2);
    assertThat(picture.to()).isEqualTo(2);
  }

  @Test
  void drawsColouredWeightsWithGrayForZero() throws IOException {
    float[] values = new float[12];
    values[0] = 1;
    values[4] = -1;
    BufferedImage image = read(Picture.weights(3, 2, 2, values, 1));

    assertThat(colour(image, 0, 0)).isEqualTo(0xff0080);
    assertThat(colour(image, 1, 1)).isEqualTo(0x808080);
  }

  @Test
  void addsTheSaliencyOfThreeChannelsUp() throws IOException {
    float[] gradient = new float[48];
    gradient[0] = 1;
    gradient[16] = 2;
    gradient[32] = 1;
    gradient[5] = -4;
    Picture picture = Picture.saliency(new ImageShape(3, 4, 4), gradient);

    assertThat(picture.to()).isEqualTo(4);
    assertThat(colour(read(picture), 0, 0)).isEqualTo(0xb35806);
    assertThat(colour(read(picture), 1, 1)).isEqualTo(0x0b4f8a);
  }

  @Test
  void allZerosAreWhite() throws IOException {
    assertThat(colour(read(Picture.saliency(GRAY, new float[20])), 0, 0)).isEqualTo(0xf7f7f7);
  }

  @Test
  void standsInAPageAsAnAddress() {
    Picture picture = Picture.sample(GRAY, new double[20]);

    assertThat(picture.dataUri()).startsWith("data:image/png;base64,iVBORw0KGgo");
    assertThat(Base64.getDecoder().decode(picture.dataUri().substring(22)))
        .isEqualTo(picture.png());
  }

  @Test
  void refusesAnotherNumberOfValues() {
    assertThatThrownBy(() -> Picture.sample(GRAY, new double[19]))
        .hasMessage("the picture takes 20 values, there are 19");
  }

  private static BufferedImage read(Picture picture) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(picture.png()));
  }

  private static int colour(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xffffff;
  }
}
