"""The limits that make a sample good enough, one struct a modality; config.toml's [quality.*] fills them.

The real enrolment software's limits are not published. Each default says where it comes from; what is
"measured" was measured on the generated people of `station.bench.people` and on NIST's five SFinGe prints,
so an office that knows better numbers sets them in the configuration.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from station.biometrics.samples import Position
from station.config import Positive, Score, Share

Grey = Annotated[float, msgspec.Meta(ge=0, le=255)]
Bits = Annotated[float, msgspec.Meta(ge=0, le=8)]
"""Entropy of grey levels, of which there are 256."""
Angle = Annotated[float, msgspec.Meta(ge=0, le=90)]
"""Degrees that a head may be turned."""
Hue = Annotated[float, msgspec.Meta(ge=0, le=360)]
"""Degrees on a colour circle."""


class FingerGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for one finger at 500 ppi."""

    min_nfiq2: Annotated[int, msgspec.Meta(ge=0, le=100)] = 35
    """NFIQ 2, 0 to 100. NIST's examples of fair prints score 45 to 57; white noise scores 33 to 35."""
    min_area_mm2: float = 140.0
    """Ridged area. A flat finger covers 230 to 550 mm2, a tip 75 to 110 (measured)."""
    min_little_area_mm2: float = 105.0
    """The same of a little finger: laid down flat, real ones covered 135 and 142 mm2 (measured)."""
    min_coherence: Share = 0.33
    """Mean ridge coherence, 0 to 1. Measured: prints 0.76 to 0.9, dry or wet ones from 0.38, white noise 0.08,
    blurred noise 0.28."""
    min_ridges: Share = 0.45
    """Share of the contrast that is as wide as finger ridges, 0 to 1. Measured: good prints 0.47 to 0.97 (sensors of
    FVC, NIST's examples), eyes 0.24 to 0.30, white noise 0.18."""
    min_minutiae: int = 12
    """Fewer than twelve do not tell a person from others: the classic twelve-point rule."""
    max_grey: Grey = 185.0
    """Mean grey of the contact area above which a poor print is called dry (measured: dry 218)."""
    min_grey: Grey = 75.0
    """Mean grey of the contact area below which a poor print is called wet (measured: wet 61 to 65)."""
    match_threshold: Positive = 40
    """Bozorth3 score from which two prints are called the same finger; see `station.biometrics.match`."""

    def of(self, position: Position) -> FingerGate:
        """The limits for the finger at this position."""
        if position not in (Position.RIGHT_LITTLE, Position.LEFT_LITTLE):
            return self
        return msgspec.structs.replace(self, min_area_mm2=self.min_little_area_mm2)


class FaceGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for a portrait. "Measured" means on eighty public portraits of all skin colours, and those made worse."""

    min_confidence: Share = 0.7
    """YuNet's score of a face, 0 to 1. Below 0.6 its authors do not call it a face."""
    max_misfit: float = 0.09
    """How far the mesh may lie off a rigid face, in eye distances. Measured: faces up to 0.06, others from 0.11."""
    max_turn: float = 0.3
    """How far the nose lies off the middle between the eyes, over their distance; a profile is over 0.4, a yaw of 26
    degrees 0.25."""
    min_eye_distance: float = 90.0
    """Pixels between the eye centres: the ISO/IEC 19794-5 floor for a full frontal image (head width 180)."""
    max_offset_x: Share = 0.14
    """Distance of the face's middle from the picture's middle, over the picture's width."""
    max_offset_y: Share = 0.22
    """The same over its height: in a portrait the face stands above the middle."""
    min_margin_side: float = 1.1
    """From each eye to the edge of the picture, in eye distances (ISO/IEC 29794-5 has its middle at 0.9)."""
    min_margin_above: float = 1.1
    """From the eyes to the upper edge, over eyes to chin: from 1.1 the crown is in the picture."""
    min_margin_below: float = 1.5
    """From the eyes to the lower edge, over eyes to chin: the portrait of [portrait] needs 1.65."""
    max_yaw: Angle = 8.0
    """Degrees to either side. ISO/IEC 19794-5 asks for 5; one look at a face is right to some 3."""
    max_pitch: Angle = 12.0
    """Degrees up or down. ISO/IEC 19794-5 asks for 5; where a face has its zero differs by 6 from head to head."""
    max_roll: Angle = 8.0
    """Degrees to either shoulder: ISO/IEC 19794-5. The portrait itself is levelled."""
    min_eyes_open: float = 0.032
    """Lid gap of the smaller eye, over eyes to chin. Measured: open eyes from 0.039, narrowed by a broad smile from
    0.035; shut ones up to 0.018, up to 0.026 where the face is very small."""
    max_mouth_open: float = 0.065
    """Gap between the lips, over eyes to chin. Measured: closed up to 0.05, a smile that shows teeth from 0.07."""
    min_sharpness: float = 0.29
    """Fine over coarse detail. Measured: sharp portraits 0.32 to 0.53; see `station.biometrics.face.light`."""
    min_directional_sharpness: float = 0.58
    """The same across the direction that has least of it, times how far the directions agree; 1 is usual. Measured:
    sharp portraits 0.59 to 1.2 (the middle 0.9), smeared by a tenth of the eye distance 0.28 to 0.58 (19 of 20)."""
    min_grey: Grey = 30.0
    """Mean grey of the face: very dark skin in good light is at 60, so this alone says little."""
    max_grey: Grey = 215.0
    """The same: the fairest of the measured faces is at 195."""
    min_highlights: Grey = 105.0
    """Grey that one hundredth of eyes, nose and mouth exceed: the whites of the eyes and the shine of any skin.
    Measured: 168 and more whatever the skin, 83 to 122 at half the brightness."""
    max_shadows: Grey = 85.0
    """Grey that one hundredth of eyes, nose and mouth stay under. Measured: up to 70 whatever the skin; from 91 where a
    lamp or a smear on the lens lays fog of a third over the picture."""
    max_unnatural: float = 50.0
    """Distance of the cheeks' colour from that of any skin, in CIELAB, OFIQ's native measure. Measured: up to 6; a grey
    picture and one with red and blue exchanged have 100."""
    max_over_exposed: Share = 0.04
    """Share of the face over luminance 246."""
    min_dynamic_range: Bits = 3.0
    """Bits of entropy of the face's luminance. Measured: 5.9 to 7.7; very dark skin 4, a grey veil 2."""
    max_side_light: float = 2.0
    """The brighter cheek over the darker one, in linear light. Measured: light from one side is 2.2 to 5."""
    max_vertical_light: float = 2.2
    """Upper over lower face or the other way, in linear light. Measured: evenly lit portraits up to 1.95, beards
    included; half the brightness (a fifth of the light) on one half of the face is 2.2 to 8."""
    max_glare: Share = 0.015
    """Share of the area around the eyes that mirrors a lamp."""
    min_eye_contrast: float = 0.12
    """Range of grey within the plainer eye, over the grey of the face, or its brightness where it is not dark.
    Measured: eyes of all skins, narrowed ones too, from 0.31; panes of dark glasses 0."""
    min_eye_balance: float = 0.5
    """Range of grey in the plainer eye over that in the clearer one, or their fine detail. Measured: 0.62 and more but
    for one face in deep side light; with a patch or a plaster over one eye up to 0.19, one eye in a third of the light
    up to 0.46, behind hair or a hand 0.06 to 0.6, behind a smear on the lens 0.1 to 0.5."""
    min_mouth_contrast: float = 0.32
    """Range of grey at the mouth, over the grey of the face. Measured: 0.42 and more, beards included; masks without a
    pattern 0 to 0.24, their pleats included."""
    max_cover: float = 14.0
    """Distance of the lower face's colour from the skin's, in CIELAB. Measured: 478 of 481 public pictures of bare
    faces up to 13.9; of 223 with masks it tells, with the mouth's contrast, 86 in 100, which tells 44 alone."""
    max_gradient: float = 120.0
    """Mean luminance gradient of the background, OFIQ's native measure. Measured: cloth and walls 2 to 110."""
    max_clutter: Share = 0.05
    """Share of the background that has another colour than the rest. Measured on 200 public portraits: plain walls and
    cloths behind hair, turbans and head scarves up to 0.02, a sofa, a window or a wall behind from 0.07."""
    max_edges: Share = 0.03
    """Share of the background that lies at an edge 0.4 eye distances long. Measured: plain walls up to 0.025, a
    horizon, a door frame or a panelled wall from 0.04."""
    check_backdrop: bool = True
    """Is the backdrop to have the colour that goes with the birth year? A school without backdrops sets false."""
    odd_hue: Hue = 24.0
    """The backdrop's degrees on Oklab's colour circle for an odd birth year: red. Cloths from burgundy to vermilion, in
    daylight and by lamps, lie between 15 and 32."""
    odd_hue_error: Hue = 10.0
    """Degrees that it may differ: raspberry, at 10, and orange-red, at 35, are other colours."""
    odd_saturation: float = 0.26
    """Chroma over lightness that it has at least: half way from salmon, 0.21, to the palest red cloth, 0.30. Pink has
    0.08, brown 0.16."""
    even_hue: Hue = 256.0
    """The same for an even birth year: blue. Cloths sold as such lie between 247 and 268."""
    even_hue_error: Hue = 20.0
    """Half way from those to teal, at 225, and to lavender and violet, from 283."""
    even_saturation: float = 0.15
    """Half way from a powder blue, 0.08, to the palest blue cloth, 0.23."""
    min_chroma: float = 0.07
    """Black has the hue of red or blue, too, but a chroma below 0.05. A dark red cloth in a quarter of the light has
    0.07."""
    max_motion: float = 0.12
    """Movement between two frames, over the eye distance. YuNet's own jitter on a still face is up to 0.06."""


class IrisGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for one eye in near infrared, after the recommended values of ISO/IEC 29794-6:2015."""

    min_radius: float = 80.0
    """Iris radius in pixels: 160 px across, the resolution floor that ISO/IEC 19794-6 calls for."""
    min_usable: Score = 70.0
    """Per cent of the iris not hidden by lids, lashes or glare (29794-6: 70 or more)."""
    min_contrast: Score = 5.0
    """Iris-sclera contrast, 0 to 100 (29794-6: above 5)."""
    min_pupil_contrast: Score = 30.0
    """Iris-pupil contrast, 0 to 100 (29794-6: at least 30)."""
    min_pupil_ratio: Score = 20.0
    """Pupil over iris radius in per cent (29794-6: 20 to 70)."""
    max_pupil_ratio: Score = 70.0
    """Pupil over iris radius in per cent (29794-6: 20 to 70)."""
    min_concentricity: Score = 90.0
    """100 means the same middle for pupil and iris (29794-6: at least 90)."""
    min_margin: Score = 80.0
    """How far the iris keeps from the frame's edges, 0 to 100 (29794-6: above 80)."""
    min_sharpness: Score = 3.0
    """29794-6's scale, 0 to 100, without a recommended limit; BIQT-Iris counts 3 and more as fully sharp. Measured:
    real eyes 11 to 47, generated ones out of focus by 3 px below 1."""
    min_circularity: Score = 60.0
    """Roundness of the pupil, 0 to 100; 29794-6 recommends no limit. Measured: real pupils 88 to 99, one that a lid
    cuts below 50."""
    min_utilisation: Bits = 6.0
    """Entropy of the grey levels in bits (29794-6: 6 or more)."""
    max_lens_edge: float | None = None
    """Clearness of a contact lens's edge, in standard errors, above which the eye is refused; without it a lens is only
    told (from 6: measured without a lens at most 3, with one 10 to 34)."""
    max_lens_raster: float | None = None
    """The same for the raster of a printed lens (told from 12: measured without 1.5 to 7, with one 14 to 350)."""


class SignatureGate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for a signature on the pad."""

    min_width_mm: float = 10.0
    """A signature narrower than this cannot be read on the card."""
    min_height_mm: float = 3.0
    """A line is no signature."""
    min_length_mm: float = 25.0
    """Length of the ink: less is a dot or a tick."""
    max_length_mm: float = 700.0
    """Length of the ink: more is a scribble. Measured: signatures 90 to 300, scribbles from 820."""
    min_seconds: float = 0.3
    """Nobody signs faster; a palm on the pad does."""
    max_overlap: float = 3.6
    """How often ink goes through the same squares of 2.5 mm, on average. Measured: signatures 0.8 to 1.2, small
    ones of close loops up to 3.1, scribbles on one spot 6 and more."""
    max_at_edge: Score = 8.0
    """Per cent of the pen's reports within a millimetre of the pad's edge. Measured: signatures 0, a scribble over the
    whole box 9 and more."""
    max_fill: Score = 45.0
    """Per cent of the pad's squares of 2.5 mm with ink in them. Measured: signatures 3 to 11, scribbles from 55."""
    max_straightness: float = 0.85
    """The ink's longest extent over its length: a line has 0.97 and more, however slanted. Measured: signatures 0.1 to
    0.53, a mere wave 0.78."""
    min_breadth_mm: float = 3.0
    """Across its own line, however slanted: min_height_mm for what is not level. Measured: signatures 6.7 to 25, a wave
    4.4, a line drawn twice up to 2."""
    max_sweeps_mm: float = 300.0
    """Length of the ink in movements of 26 mm and more. Measured: signatures 0 to 100, made as large as the pad up to
    270; to and fro over the pad from 360."""
    max_around: Score = 12.0
    """Per cent of the ink along the pad's edge that has least. Measured: signatures 0, made as large as the pad up to
    9; a frame around the pad 17 to 24."""
    max_sprawl: float = 4.35
    """Share of the pad that is written on, times length over extent. Measured: signatures 0.3 to 1.9, made to fill nine
    tenths of the pad up to 4.24; a spiral over the pad from 4.4."""
    max_density: Score = 30.0
    """Per cent of dark pixels within a scanned signature's own box, where no pen's path is known."""
    min_resemblance: Score = 50.0
    """How much the second signature must be like the first, 0 to 100; see `station.biometrics.resemblance`."""
    min_ppi: int = 300
    """Pixels per inch of a scanned signature."""


class Gates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All limits of a station: the [quality] table."""

    finger: FingerGate = FingerGate()
    face: FaceGate = FaceGate()
    iris: IrisGate = IrisGate()
    signature: SignatureGate = SignatureGate()
