"""Checks the structure of FHIR R5 (5.0.0) resources.

Holds what HL7's definitions say of the elements that an export writes: their
type, how often they may and must occur, and the codes of bound value sets. An
element that is not listed here is reported, also when FHIR has it.
"""

import re

# Of an element: type, least number, most. A dictionary is a backbone element.
ONE, MUST, MANY, SOME = (0, 1), (1, 1), (0, None), (1, None)

STATUS = {'draft', 'active', 'retired', 'unknown'}
# The codes of the systems that appear in codings.
SYSTEMS = {
    'http://hl7.org/fhir/research-study-phase': {
        'n-a', 'early-phase-1', 'phase-1', 'phase-1-phase-2', 'phase-2',
        'phase-2-phase-3', 'phase-3', 'phase-4'},
    'http://hl7.org/fhir/research-study-status': {
        'active', 'active-but-not-recruiting', 'administratively-completed',
        'approved', 'closed-to-accrual', 'closed-to-accrual-and-intervention',
        'completed', 'disapproved', 'enrolling-by-invitation', 'in-review',
        'not-yet-recruiting', 'overall-study', 'recruiting',
        'temporarily-closed-to-accrual',
        'temporarily-closed-to-accrual-and-intervention', 'terminated',
        'withdrawn'},
    'http://hl7.org/fhir/research-study-prim-purp-type': {
        'basic-science', 'device-feasibility', 'diagnostic',
        'health-services-research', 'prevention', 'screening',
        'supportive-care', 'treatment'},
    'http://hl7.org/fhir/research-study-arm-type': {
        'active-comparator', 'experimental', 'no-intervention',
        'other-arm-type', 'placebo-comparator', 'sham-comparator'},
    'http://hl7.org/fhir/research-study-objective-type': {
        'primary', 'secondary', 'exploratory'},
    'http://hl7.org/fhir/research-study-party-role': {
        'collaborator', 'funding-source', 'general-contact', 'irb',
        'lead-sponsor', 'primary-investigator', 'recruitment-contact',
        'sponsor', 'sponsor-investigator', 'study-chair', 'study-director',
        'sub-investigator'},
    'http://hl7.org/fhir/study-design': {
        'SEVCO:01001', 'SEVCO:01002', 'SEVCO:01003', 'SEVCO:01005',
        'SEVCO:01023'},
    'http://hl7.org/fhir/title-type': {'acronym', 'official'},
    'http://hl7.org/fhir/cited-artifact-status-type': {'retracted'},
    'http://terminology.hl7.org/CodeSystem/variable-role': {
        'population', 'subpopulation', 'exposure', 'referenceExposure',
        'measuredVariable', 'confounder'},
    'http://terminology.hl7.org/CodeSystem/synthesis-type': {
        'IPD-MA', 'classification', 'combined-NMA', 'indirect-NMA', 'pooled',
        'range', 'std-MA'},
    'http://terminology.hl7.org/CodeSystem/statistic-type': {
        'absolute-MedianDiff', 'C25463', '0000301', 'predictedRisk',
        'descriptive', 'C93150', 'C16726', 'rate-ratio', 'C25564', 'C53319',
        '0000457', 'C28007', 'C25570', 'C16932', 'C65172', 'C17010', 'C44256',
        '0000565', 'C93152', '0000424', 'C65171', '0000100'},
    'http://terminology.hl7.org/CodeSystem/attribute-estimate-type': {
        '0000419', 'C53324', '0000455', '0000420', 'C53245', 'C44185',
        'C38013', 'C53322', '0000037', '0000421', 'C48918'},
    'http://hl7.org/fhir/statistic-model-code': {
        'effectsFixed', 'effectsRandom', 'hartungKnapp',
        'modifiedHartungKnapp', 'poolMantelHaenzsel', 'poolInverseVariance',
        'poolPeto', 'poolGeneralizedLinearMixedModel', 'tauDersimonianLaird',
        'tauPauleMandel', 'tauRestrictedMaximumLikelihood',
        'tauMaximumLikelihood', 'tauEmpiricalBayes', 'tauHunterSchmidt',
        'tauSidikJonkman', 'tauHedges'},
    'http://hl7.org/fhir/certainty-type': {
        'Overall', 'RiskOfBias', 'Inconsistency', 'Indirectness',
        'Imprecision', 'PublicationBias', 'DoseResponseGradient',
        'PlausibleConfounding', 'LargeEffect'},
    'http://hl7.org/fhir/certainty-rating': {
        'high', 'moderate', 'low', 'very-low', 'no-concern',
        'serious-concern', 'very-serious-concern',
        'extremely-serious-concern', 'present', 'absent', 'no-change',
        'downcode1', 'downcode2', 'downcode3', 'upcode1', 'upcode2'},
    'urn:iso:std:iso:3166': re.compile('[A-Z]{2}'),
    'urn:ietf:bcp:47': re.compile('[a-z]{2}'),
}
RELATED = {'documentation', 'citation', 'part-of', 'composed-of',
           'derived-from'}

PATTERNS = {
    'id': r'[A-Za-z0-9\-.]{1,64}',
    'uri': r'\S+',
    'code': r'\S+( \S+)*',
    'dateTime': r'\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?',
    'string': r'\S|\S[\s\S]*\S',
    'markdown': r'\S|\S[\s\S]*\S',
}

IDENTIFIER = {'system': ('uri', ONE), 'value': ('string', MUST),
              'assigner': ({'display': ('string', MUST)}, ONE)}
CONCEPT = {'coding': ({'system': ('uri', MUST), 'code': ('code', MUST)}, MANY),
           'text': ('string', ONE)}
REFERENCE = {'reference': ('uri', MUST), 'display': ('string', ONE)}
NOTE = {'text': ('markdown', MUST)}
QUANTITY = {'value': ('decimal', MUST),
            'comparator': ({'<', '<=', '>', '>='}, ONE),
            'unit': ('string', ONE), 'system': ('uri', ONE),
            'code': ('code', ONE)}
SIMPLE_QUANTITY = {key: QUANTITY[key]
                   for key in ('value', 'unit', 'system', 'code')}
RELATED_ARTIFACT = {'type': (RELATED, MUST), 'label': ('string', ONE),
                    'resourceReference': (REFERENCE, MUST)}
ATTRIBUTE = {'type': (CONCEPT, MUST), 'quantity': (QUANTITY, ONE),
             'level': ('decimal', ONE),
             'range': ({'low': (SIMPLE_QUANTITY, ONE),
                        'high': (SIMPLE_QUANTITY, ONE)}, ONE)}
CERTAINTY = {'description': ('markdown', ONE), 'note': (NOTE, MANY),
             'type': (CONCEPT, ONE), 'rating': (CONCEPT, ONE),
             'rater': ('string', ONE)}
CERTAINTY['subcomponent'] = (CERTAINTY, MANY)

COMMON = {'resourceType': ('code', MUST), 'id': ('id', MUST),
          'identifier': (IDENTIFIER, SOME), 'title': ('string', ONE),
          'status': (STATUS, MUST)}

RESOURCES = {
    'ResearchStudy': {
        **COMMON,
        'label': ({'type': (CONCEPT, ONE), 'value': ('string', ONE)}, MANY),
        'partOf': (REFERENCE, MANY),
        'relatedArtifact': (RELATED_ARTIFACT, MANY),
        'primaryPurposeType': (CONCEPT, ONE),
        'phase': (CONCEPT, ONE),
        'studyDesign': (CONCEPT, MANY),
        'condition': (CONCEPT, MANY),
        'keyword': (CONCEPT, MANY),
        'region': (CONCEPT, MANY),
        'descriptionSummary': ('markdown', ONE),
        'description': ('markdown', ONE),
        'period': ({'start': ('dateTime', ONE), 'end': ('dateTime', ONE)},
                   ONE),
        'note': (NOTE, MANY),
        'associatedParty': ({'name': ('string', ONE),
                             'role': (CONCEPT, MUST)}, MANY),
        'progressStatus': ({'state': (CONCEPT, MUST)}, MANY),
        'whyStopped': (CONCEPT, ONE),
        'recruitment': ({'targetNumber': ('unsignedInt', ONE),
                         'actualNumber': ('unsignedInt', ONE),
                         'eligibility': (REFERENCE, ONE)}, ONE),
        'comparisonGroup': ({'linkId': ('id', ONE), 'name': ('string', MUST),
                             'type': (CONCEPT, ONE),
                             'description': ('markdown', ONE),
                             'intendedExposure': (REFERENCE, MANY)}, MANY),
        'outcomeMeasure': ({'name': ('string', ONE), 'type': (CONCEPT, MANY),
                            'description': ('markdown', ONE),
                            'reference': (REFERENCE, ONE)}, MANY),
        'result': (REFERENCE, MANY),
    },
    'Citation': {
        **COMMON,
        'note': (NOTE, MANY),
        'citedArtifact': ({
            'identifier': (IDENTIFIER, MANY),
            'relatedIdentifier': (IDENTIFIER, MANY),
            'currentState': (CONCEPT, MANY),
            'title': ({'text': ('markdown', MUST)}, MANY),
            'abstract': ({'text': ('markdown', MUST)}, MANY),
            'publicationForm': ({
                'publishedIn': ({'title': ('string', ONE)}, ONE),
                'volume': ('string', ONE), 'issue': ('string', ONE),
                'articleDate': ('dateTime', ONE),
                'language': (CONCEPT, MANY),
                'pageString': ('string', ONE)}, MANY),
            'webLocation': ({'url': ('uri', ONE)}, MANY),
            'contributorship': ({'summary': ({'value': ('markdown', MUST)},
                                             MANY)}, ONE)}, ONE),
    },
    'EvidenceVariable': {
        **COMMON,
        'description': ('markdown', ONE),
        'note': (NOTE, MANY),
        'characteristic': ({
            'description': ('markdown', ONE), 'exclude': ('boolean', ONE),
            'definitionCodeableConcept': (CONCEPT, ONE),
            'timeFromEvent': ({'description': ('markdown', ONE)}, MANY)},
            MANY),
    },
    'Evidence': {
        **COMMON,
        'citeAsReference': (REFERENCE, ONE),
        'relatedArtifact': (RELATED_ARTIFACT, MANY),
        'description': ('markdown', ONE),
        'assertion': ('markdown', ONE),
        'note': (NOTE, MANY),
        'variableDefinition': ({
            'description': ('markdown', ONE), 'variableRole': (CONCEPT, MUST),
            'observed': (REFERENCE, ONE)}, SOME),
        'synthesisType': (CONCEPT, ONE),
        'studyDesign': (CONCEPT, MANY),
        'statistic': ({
            'description': ('markdown', ONE), 'note': (NOTE, MANY),
            'statisticType': (CONCEPT, ONE), 'quantity': (QUANTITY, ONE),
            'numberAffected': ('unsignedInt', ONE),
            'sampleSize': ({'numberOfStudies': ('unsignedInt', ONE),
                            'numberOfParticipants': ('unsignedInt', ONE)},
                           ONE),
            'attributeEstimate': (ATTRIBUTE, MANY),
            'modelCharacteristic': ({'code': (CONCEPT, MUST)}, MANY)}, MANY),
        'certainty': (CERTAINTY, MANY),
    },
}

BUNDLE = {'resourceType': ('code', MUST), 'id': ('id', MUST),
          'meta': ({'profile': ('uri', SOME)}, MUST),
          'identifier': (IDENTIFIER, MUST),
          'type': ({'collection'}, MUST), 'entry': (None, MANY)}

# Where references may lead, by the element that holds them.
TARGETS = {
    'ResearchStudy.partOf': {'ResearchStudy'},
    'ResearchStudy.recruitment.eligibility': {'EvidenceVariable'},
    'ResearchStudy.comparisonGroup.intendedExposure': {'EvidenceVariable'},
    'ResearchStudy.outcomeMeasure.reference': {'EvidenceVariable'},
    'ResearchStudy.result': {'Citation'},
    'ResearchStudy.relatedArtifact.resourceReference': {'Citation'},
    'Evidence.citeAsReference': {'Citation'},
    'Evidence.relatedArtifact.resourceReference': {'ResearchStudy',
                                                   'Evidence'},
    'Evidence.variableDefinition.observed': {'EvidenceVariable'},
}


class Checker:
  """Collects everything wrong with one bundle."""

  def __init__(self):
    self.problems = []
    self.types = {}  # Of resources, by URN.

  def problem(self, path, what):
    self.problems.append(f'{path}: {what}')

  def check(self, bundle):
    self.element(bundle, BUNDLE, 'Bundle')
    for entry in bundle.get('entry', []):
      resource = entry['resource']
      if entry['fullUrl'] != f'urn:uuid:{resource["id"]}':
        self.problem(entry['fullUrl'], 'is not of the resource')
      if entry['fullUrl'] in self.types:
        self.problem(entry['fullUrl'], 'is there twice')
      self.types[entry['fullUrl']] = resource['resourceType']
    for entry in bundle.get('entry', []):
      kind = entry['resource']['resourceType']
      self.element(entry['resource'], RESOURCES[kind], kind)
    return self.problems

  def element(self, value, definition, path):
    if not isinstance(value, dict) or not value:
      self.problem(path, f'want an object that is not empty, not {value!r}')
      return
    for key in value:
      if key not in definition:
        self.problem(f'{path}.{key}', 'is no element known here')
    for key, (kind, (least, most)) in definition.items():
      if key not in value:
        if least > 0:
          self.problem(f'{path}.{key}', 'is missing')
        continue
      each = value[key]
      if most == 1:
        self.one(each, kind, f'{path}.{key}')
      elif not isinstance(each, list) or not each:
        self.problem(f'{path}.{key}', 'want a list that is not empty')
      else:
        for item in each:
          self.one(item, kind, f'{path}.{key}')
    self.rules(value, definition, path)

  def one(self, value, kind, path):
    if kind is None:
      return
    if isinstance(kind, dict):
      self.element(value, kind, path)
    elif isinstance(kind, set):
      if value not in kind:
        self.problem(path, f'{value!r} is not in the value set')
    elif kind == 'boolean':
      if not isinstance(value, bool):
        self.problem(path, f'{value!r} is no boolean')
    elif kind == 'unsignedInt':
      if type(value) is not int or not 0 <= value <= 2147483647:
        self.problem(path, f'{value!r} is no unsigned integer')
    elif kind == 'decimal':
      if type(value) not in (int, float):
        self.problem(path, f'{value!r} is no number')
    elif not isinstance(value, str) or not re.fullmatch(PATTERNS[kind], value):
      self.problem(path, f'{value!r} is no {kind}')

  def rules(self, value, definition, path):
    if definition is REFERENCE:
      target = self.types.get(value.get('reference'))
      if target not in TARGETS[path]:
        self.problem(path, f'leads to {target}')
    if definition is CONCEPT:
      for coding in value.get('coding', []):
        codes = SYSTEMS.get(coding.get('system'), set())
        code = coding.get('code')
        if not (codes.fullmatch(code) if isinstance(codes, re.Pattern)
                else code in codes):
          self.problem(path, f'{coding} is in no value set')
    if definition in (QUANTITY, SIMPLE_QUANTITY):
      if 'code' in value and 'system' not in value:
        self.problem(path, 'a code without a system')  # qty-3
    if 'low' in value and 'high' in value:
      if value['low']['value'] > value['high']['value']:
        self.problem(path, 'low is above high')  # rng-2


def problems_of(bundle):
  """What is wrong with the structure of `bundle`, one text each."""
  return Checker().check(bundle)
