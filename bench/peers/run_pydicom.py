"""pydicom's turn: prints the same JSON as contender.mjs. Times leave out Python's start and imports."""

import io
import itertools
import json
import resource
import sys
import time
import zipfile
import zlib

import numpy
import pydicom
from pydicom import encaps

# As framedex has it.
QUALITY = 85


def line(data_set):
    numbers = [data_set.InstanceNumber, data_set.Rows, data_set.Columns, *data_set.ImagePositionPatient]
    return f"{data_set.SOPInstanceUID} " + " ".join(f"{float(number):.12g}" for number in numbers)


def position(data_set):
    return float(data_set.ImagePositionPatient[2])


def headers(data):
    read = (pydicom.dcmread(path, stop_before_pixels=True) for path in data["files"])
    return ["\n".join(sorted(line(data_set) for data_set in read)).encode()]


def open_groups(data):
    found = pydicom.dcmread(data["file"], stop_before_pixels=True)
    return [f"{found.SOPInstanceUID} {found.NumberOfFrames} {found.Rows} {found.Columns}".encode()]


def all_positions(data):
    found = pydicom.dcmread(data["file"], stop_before_pixels=True)
    groups = found.PerFrameFunctionalGroupsSequence
    positions = [group.PlanePositionSequence[0].ImagePositionPatient for group in groups]
    return [numpy.array(positions, dtype="<f8").tobytes()]


def one_frame(data):
    return [pydicom.dcmread(data["file"]).pixel_array[data["frames"] // 2].tobytes()]


def middle_picture(data):
    found = pydicom.dcmread(data["file"])
    pixels = found.pixel_array[data["frames"] // 2]
    # Not imported for the others, who make no pictures.
    from PIL import Image

    low = float(found.WindowCenter) - 0.5 - (float(found.WindowWidth) - 1) / 2
    grey = numpy.clip((pixels - low) * (255 / (float(found.WindowWidth) - 1)), 0, 255).astype("uint8")
    picture = Image.fromarray(grey).resize((data["size"], data["size"]), Image.BOX)
    picture.save(io.BytesIO(), "png")
    return [f"{picture.width} x {picture.height}".encode()]


def native_length(data_set):
    return data_set.Rows * data_set.Columns * data_set.BitsAllocated // 8


def encapsulated_frames(data_set):
    frames = int(data_set.NumberOfFrames)
    if hasattr(encaps, "generate_frames"):
        return encaps.generate_frames(data_set.PixelData, number_of_frames=frames)
    return encaps.generate_pixel_data_frame(data_set.PixelData, frames)


def count_frames(data):
    """pydicom has no index of frames: they are counted one by one as it yields them."""
    found = pydicom.dcmread(data["file"])
    if data["kind"] == "native":
        return [str(len(found.PixelData) // native_length(found)).encode()]
    return [str(sum(1 for _ in encapsulated_frames(found))).encode()]


def middle_frame(data):
    found = pydicom.dcmread(data["file"])
    middle = data["frames"] // 2
    if data["kind"] == "native":
        length = native_length(found)
        return [found.PixelData[middle * length : (middle + 1) * length]]
    if hasattr(encaps, "get_frame"):
        return [encaps.get_frame(found.PixelData, middle, number_of_frames=data["frames"])]
    return [next(itertools.islice(encapsulated_frames(found), middle, None))]


def all_frames(data):
    return pydicom.dcmread(data["file"]).pixel_array


def zip_headers(archive):
    for name in archive.namelist():
        with archive.open(name) as member:
            yield name, pydicom.dcmread(member, stop_before_pixels=True)


def zip_list(data):
    with zipfile.ZipFile(data["zip"]) as archive:
        lines = sorted(line(data_set) for _, data_set in zip_headers(archive))
    return ["\n".join(lines).encode()]


def zip_slice(data):
    with zipfile.ZipFile(data["zip"]) as archive:
        found = sorted(zip_headers(archive), key=lambda one: position(one[1]))
        name, _ = found[len(found) // 2]
        return [pydicom.dcmread(io.BytesIO(archive.read(name))).PixelData]


def sorted_slices(data):
    with zipfile.ZipFile(data["zip"]) as archive:
        read = [pydicom.dcmread(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    read.sort(key=position)
    return read


def zip_volume(data):
    return [numpy.stack([data_set.pixel_array for data_set in sorted_slices(data)])]


def all_planes(data):
    """Pictures are made and forgotten; planes are views of the volume until they are looked at."""
    from PIL import Image

    read = sorted_slices(data)
    first = read[0]
    distance = position(read[1]) - position(first)
    volume = numpy.stack([data_set.pixel_array for data_set in read])
    del read
    center, width = float(first.WindowCenter[0]), float(first.WindowWidth[0])
    slope = float(first.RescaleSlope)
    low = (center - 0.5 - (width - 1) / 2 - float(first.RescaleIntercept)) / slope
    scale = 255 * slope / (width - 1)
    between_rows, between_columns = (float(number) for number in first.PixelSpacing)
    upright = volume[::-1]
    sets = (
        (volume, between_rows / between_columns),
        (upright.transpose(1, 0, 2), distance / between_columns),
        (upright.transpose(2, 0, 1), distance / between_rows),
    )
    taken = []
    for planes, aspect in sets:
        for plane in planes:
            grey = numpy.clip((plane - low) * scale, 0, 255).astype("uint8")
            picture = Image.fromarray(grey)
            size = square(picture.size, aspect)
            if size != picture.size:
                picture = picture.resize(size, Image.BILINEAR)
            picture.save(io.BytesIO(), "jpeg", quality=QUALITY)
            taken += [Later(plane), f"{size[0]} x {size[1]}".encode()]
    return taken


def square(size, aspect):
    """The axis with the longer pixels is stretched."""
    columns, rows = size
    return (round(columns / aspect), rows) if aspect < 1 else (columns, round(rows * aspect))


class Later:
    """Bytes of a plane, copied when the result is looked at: that is no part of the work."""

    def __init__(self, plane):
        self.plane = plane

    def __bytes__(self):
        return self.plane.tobytes()


WORK = {
    "headers": headers,
    "functional-groups-open": open_groups,
    "functional-groups-positions": all_positions,
    "one-frame": one_frame,
    "thumbnails-native": middle_picture,
    "frame-index-count": count_frames,
    "frame-index-frame": middle_frame,
    "native-all": all_frames,
    "rle": all_frames,
    "zip-list": zip_list,
    "zip-slice": zip_slice,
    "zip-volume": zip_volume,
    "volume-planes": all_planes,
}


def peak_rss():
    """Linux tells it of this process alone; getrusage begins with the memory of the one that started it."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(1024 * int(text.split()[1]) for text in status if text.startswith("VmHWM:"))
    except OSError:
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(suite, manifest):
    with open(manifest, encoding="utf-8") as file:
        data = json.load(file)
    start = time.perf_counter()
    taken = WORK[suite](data)
    cold = 1000 * (time.perf_counter() - start)
    peak = peak_rss()
    crc, length = 0, 0
    for value in taken:
        data = bytes(value)
        crc, length = zlib.crc32(data, crc), length + len(data)
    result = {"coldMs": cold, "peakRss": peak, "checksum": f"{crc:08x}"}
    print(json.dumps({**result, "items": len(taken), "byteLength": length}))


main(*sys.argv[1:])
