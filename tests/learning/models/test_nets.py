"""Every registered net: what it promises, and against torch's own layers where there is a reference."""

from pathlib import Path

import pytest
import torch
import yaml
from torch import nn

from gesture_al.core.errors import PartParameterError, UserError
from gesture_al.learning.models.base import MODELS

CONF = Path(__file__).resolve().parents[3] / "conf" / "model"
OPTIONS = {file.stem: yaml.safe_load(file.read_text()) for file in sorted(CONF.glob("*.yaml"))}


def build(option, inputs=7, classes=4):
    torch.manual_seed(0)
    return MODELS.build(OPTIONS[option]["name"], OPTIONS[option]["params"], inputs=inputs, classes=classes).eval()


def test_every_net_has_an_option_and_every_option_a_net():
    assert {option["name"] for option in OPTIONS.values()} == set(MODELS.names())


@pytest.mark.parametrize("option", OPTIONS)
def test_options_list_every_parameter(option):
    import inspect

    part = MODELS.get(OPTIONS[option]["name"])
    assert set(OPTIONS[option]["params"]) == set(inspect.signature(part).parameters) - {"inputs", "classes"}


@pytest.mark.parametrize("option", OPTIONS)
def test_one_row_of_logits_a_clip_and_gradients_everywhere(option):
    net = build(option).train()
    logits = net(torch.randn(3, 9, 7), torch.tensor([9, 9, 9]))
    assert logits.shape == (3, 4)
    (logits * torch.randn_like(logits)).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


@pytest.mark.parametrize("option", OPTIONS)
def test_what_stands_behind_a_clips_length_never_counts(option):
    net = build(option)
    lengths = torch.tensor([1, 4, 7, 12])
    padded = torch.randn(4, 12, 7)
    for row, length in enumerate(lengths):
        padded[row, length:] = 1e3
    together = net(padded, lengths)
    for row, length in enumerate(lengths):
        alone = net(padded[row : row + 1, :length], lengths[row : row + 1])
        torch.testing.assert_close(together[row], alone[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in MODELS.names() if name != "lstm_reference"])
@pytest.mark.parametrize("pooling", ["last", "mean", "meanmax", "attention"])
def test_every_pooling_fits_every_net(name, pooling):
    net = MODELS.build(name, {"pooling": pooling}, inputs=3, classes=2)
    assert net(torch.randn(2, 5, 3), torch.tensor([5, 2])).shape == (2, 2)


@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (2, False), (1, True), (2, True)])
def test_lstm_equals_torchs_own_stack(layers, bidirectional):
    net = MODELS.build(
        "lstm", {"hidden": 5, "layers": layers, "bidirectional": bidirectional, "pooling": "last"}, inputs=3, classes=2
    )
    stack = nn.LSTM(3, 5, num_layers=layers, bidirectional=bidirectional, batch_first=True)
    for layer, cell in enumerate(net.cells):
        for name, weight in cell.named_parameters():
            stack.get_parameter(name.replace("_l0", f"_l{layer}")).data = weight.data
    features = torch.randn(6, 8, 3)
    _, (hidden, _) = stack(features)
    last = torch.cat([hidden[-2], hidden[-1]], dim=1) if bidirectional else hidden[-1]
    torch.testing.assert_close(net.eval()(features, torch.full((6,), 8)), net.head(last))


def test_reference_net_has_the_sizes_of_the_reference_system():
    net = build("lstm_reference", inputs=1662, classes=3)
    assert [(cell.input_size, cell.hidden_size) for cell in net.cells] == [(1662, 64), (64, 128), (128, 64)]
    assert [(m.in_features, m.out_features) for m in net.head if isinstance(m, nn.Linear)] == [(64, 64), (64, 32), (32, 3)]


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("lstm", {"hidden": 0}, "hidden=0: must be a"),
        ("lstm", {"hidden": 6.5}, "hidden=6.5: must be a"),
        ("lstm", {"layers": 0}, "layers=0: must be a"),
        ("gru", {"dropout": 1.0}, "dropout=1.0: must be a"),
        ("gru", {"dropout": -0.1}, "dropout=-0.1: must be a"),
        ("lstm", {"pooling": "max"}, "pooling=max: must be last, mean, meanmax or attention"),
        ("tcn", {"kernel": 4}, "kernel=4: must be an odd whole number"),
        ("tcn", {"blocks": 0}, "blocks=0: must be a"),
        ("cnn1d", {"stages": True}, "stages=true: must be a"),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_line(name, params, says):
    with pytest.raises(UserError, match=says) as caught:
        MODELS.build(name, params, inputs=3, classes=2)
    assert "\n" not in str(caught.value)


def test_an_unknown_parameter_is_refused():
    with pytest.raises(PartParameterError, match="hiden"):
        MODELS.build("lstm", {"hiden": 3}, inputs=3, classes=2)
