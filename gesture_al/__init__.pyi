from .active.oracles.base import ORACLES as ORACLES
from .active.oracles.base import AlwaysPresent as AlwaysPresent
from .active.oracles.base import Oracle as Oracle
from .active.questions import Answer as Answer
from .active.questions import AnswerKind as AnswerKind
from .active.questions import Purpose as Purpose
from .active.questions import Question as Question
from .active.stopping.base import (
    STOPPING_RULES as STOPPING_RULES,
)
from .active.stopping.base import (
    CountingRule as CountingRule,
)
from .active.stopping.base import (
    RoundRecord as RoundRecord,
)
from .active.stopping.base import (
    StoppingRule as StoppingRule,
)
from .active.stopping.base import (
    StopVerdict as StopVerdict,
)
from .active.strategies.base import (
    STRATEGIES as STRATEGIES,
)
from .active.strategies.base import (
    BatchStrategy as BatchStrategy,
)
from .active.strategies.base import CommitteeStrategy as CommitteeStrategy
from .active.strategies.base import (
    Needs as Needs,
)
from .active.strategies.base import (
    PoolView as PoolView,
)
from .active.strategies.base import (
    ScoreStrategy as ScoreStrategy,
)
from .active.strategies.base import (
    Selection as Selection,
)
from .active.strategies.base import (
    Strategy as Strategy,
)
from .active.strategies.inner import Wrapper as Wrapper
from .capture.landmarks.base import LANDMARKS as LANDMARKS
from .capture.landmarks.base import Extractor as Extractor
from .capture.landmarks.base import HandTracker as HandTracker
from .core.errors import Paused as Paused
from .core.errors import UserError as UserError
from .core.registry import Registry as Registry
from .core.seeds import RandomStreams as RandomStreams
from .core.settings import Part as Part
from .core.settings import Settings as Settings
from .data.clip_set import ClipSet as ClipSet
from .data.clip_set import LeftOut as LeftOut
from .data.datasets.base import (
    DATASETS as DATASETS,
)
from .data.datasets.base import (
    DatasetReader as DatasetReader,
)
from .data.datasets.base import (
    read_dataset as read_dataset,
)
from .data.datasets.split_units import Splits as Splits
from .data.datasets.splits import make_splits as make_splits
from .data.skeleton import SKELETONS as SKELETONS
from .data.skeleton import Skeleton as Skeleton
from .data.track import FrameJoints as FrameJoints
from .data.track import Track as Track
from .deploy.export.model import ExportedModel as ExportedModel
from .deploy.live.events import Event as Event
from .deploy.live.operating_point import OperatingPoint as OperatingPoint
from .deploy.live.recogniser import Recogniser as Recogniser
from .learning.augmentation.base import AUGMENTATIONS as AUGMENTATIONS
from .learning.augmentation.base import Augment as Augment
from .learning.committee.base import COMMITTEES as COMMITTEES
from .learning.committee.base import Committee as Committee
from .learning.features.base import FEATURES as FEATURES
from .learning.features.base import Features as Features
from .learning.learner import Learner as Learner
from .learning.metrics import (
    accuracy as accuracy,
)
from .learning.metrics import (
    aulc as aulc,
)
from .learning.metrics import (
    brier_score as brier_score,
)
from .learning.metrics import (
    cohen_kappa as cohen_kappa,
)
from .learning.metrics import (
    confusion_matrix as confusion_matrix,
)
from .learning.metrics import (
    expected_calibration_error as expected_calibration_error,
)
from .learning.metrics import (
    labels_to_target as labels_to_target,
)
from .learning.metrics import (
    macro_f1 as macro_f1,
)
from .learning.metrics import (
    macro_f1_interval as macro_f1_interval,
)
from .learning.metrics import (
    macro_f1_lower_bound as macro_f1_lower_bound,
)
from .learning.metrics import (
    per_class_f1 as per_class_f1,
)
from .learning.metrics import (
    weighted_f1 as weighted_f1,
)
from .learning.models.base import MODELS as MODELS
from .learning.pretraining.base import PRETRAININGS as PRETRAININGS
from .learning.trainers.base import TRAINERS as TRAINERS
from .learning.trainers.base import FitReport as FitReport
from .learning.trainers.base import LabelledClips as LabelledClips
from .learning.trainers.base import Trainer as Trainer
from .runs.tracking.base import TRACKERS as TRACKERS
from .runs.tracking.base import ExperimentLogger as ExperimentLogger

__version__: str
